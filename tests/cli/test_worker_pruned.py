"""A worker of warptune_worker.py that asks whether to go on, spoken to as warptune does (docs/command.md)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

SOURCE = Path(__file__).parents[2]
WORKER = """
import warptune_worker
@warptune_worker.main
def train(params, data):
    for step in range(1, 11):
        if not data.report(step, params["x"] * step):
            return None   # whatever it likes
    return params["x"] * 10
"""


@pytest.fixture
def worker(tmp_path):
    (tmp_path / "w.py").write_text(WORKER)
    numpy.save(tmp_path / "a.npy", numpy.zeros((4, 1)))
    numpy.save(tmp_path / "f.npy", numpy.array([0, 0, -1, -1], dtype="<i4"))
    started = []

    def start(**more):
        environment = dict(os.environ, PYTHONPATH=str(SOURCE / "python"), WARPTUNE_WORKER="0")
        process = subprocess.Popen([sys.executable, "w.py"], cwd=tmp_path, env=environment, text=True, bufsize=1,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)
        files = {"X": str(tmp_path / "a.npy"), "y": str(tmp_path / "a.npy"), "folds": str(tmp_path / "f.npy"), "weights": None}
        say(process, {"data": files, "columns": [], "classes": ["a", "b"], "metric": "accuracy", "maximise": True,
                      "seed": 1, "worker": 0, "folder": str(tmp_path), "folds": 1, **more})
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def say(process, line):
    process.stdin.write(json.dumps(line) + "\n")


def hear(process):
    return json.loads(process.stdout.readline())


def test_it_stops_when_it_is_told_to(worker):
    process = worker(prunes=True)
    assert hear(process) == {"ready": True, "protocol": 1, "prunes": True}
    for trial, last in ((3, 4), (5, 10)):
        say(process, {"trial": trial, "fold": 0, "params": {"x": 2.0}})
        for step in range(1, last + 1):
            assert hear(process) == {"trial": trial, "fold": 0, "intermediate": {"step": step, "score": 2.0 * step}}
            say(process, {"trial": trial, "fold": 0, "go_on": step < 4 or trial == 5})
        answer = hear(process)
        assert answer["trial"] == trial
        assert answer.get("score") == (20.0 if trial == 5 else None)
        assert ("error" in answer) == (trial == 3)
    process.stdin.close()
    assert process.wait(30) == 0


def test_it_is_not_asked_unless_the_hello_says_so(worker):
    process = worker()
    assert hear(process) == {"ready": True, "protocol": 1}
    say(process, {"trial": 0, "fold": 0, "params": {"x": 1.0}})
    assert [hear(process)["intermediate"]["step"] for _ in range(10)] == list(range(1, 11))
    assert hear(process) == {"trial": 0, "fold": 0, "score": 10.0}


def test_it_ends_with_the_study(worker):
    process = worker(prunes=True)
    hear(process)
    say(process, {"trial": 0, "fold": 0, "params": {"x": 1.0}})
    hear(process)
    process.stdin.close()
    assert process.wait(30) == 0
