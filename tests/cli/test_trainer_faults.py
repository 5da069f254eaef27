"""Faults of trainers that showed in use: errors while memory is short, warnings, settings that mean nothing, wide seeds, and
what is printed while a worker is imported."""

import csv
import json
import pathlib
import resource
import sys

import pytest
from peers import peer

from trainer_calls import lightgbm_study, xgboost_study  # noqa: F401

CASES = pathlib.Path(__file__).resolve().parents[1] / "cases"


@pytest.fixture(params=["xgboost", "lightgbm"])
def recorded(request):
    return request.getfixturevalue(f"{request.param}_study")


def library_of(model):
    module = peer(model)
    file = {"xgboost": "lib/libxgboost.so", "lightgbm": "lib/lib_lightgbm.so"}[model]
    return {f"WARPTUNE_{model.upper()}": str(pathlib.Path(module.__file__).parent / file)}


@pytest.mark.parametrize("words", ["bad_malloc: Failed to allocate 4833280 bytes.", "no words that anybody knows"])
def test_whatever_fails_beside_others_is_tried_again_alone(recorded, warptune, words):
    recorded("--device", "cpu", trials=40)
    whole = (warptune.folder / "r.csv").read_bytes()
    done, calls = recorded("--threads", 6, "--device", "cpu", trials=40, RECORD_MEMORY="2", RECORD_FULL=words)
    assert (warptune.folder / "r.csv").read_bytes() == whole   # no trial failed
    assert calls.of("full")
    assert "memory ran out; from now on no more than" in done.stderr


def test_what_fails_alone_as_well_is_not_tried_again_each_time(recorded):
    done, calls = recorded("--threads", 2, "--device", "cpu", trials=40, RECORD_MEMORY="0", RECORD_FULL="wrong value 7",
                           expect=1)
    assert "wrong value 7" in done.stderr
    assert 80 <= len(calls.of("full")) <= 80 + 2   # 40 trials on 2 folds; those that were first once more


def test_a_fit_that_the_host_has_no_memory_for_names_no_device(recorded):
    done, _ = recorded("--threads", 2, "--device", "cpu", RECORD_MEMORY="0", RECORD_FULL="std::bad_alloc", expect=1)
    assert "std::bad_alloc; the smallest batch does not fit\n  hint: allow the process more memory" in done.stderr


@pytest.mark.usefixtures("no_sanitizer")
def test_a_little_memory_changes_no_score_of_xgboost(warptune, data):
    def scores(**options):
        done = warptune("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "xgboost", "-n", 20, "-p",
                        "n_estimators=int(5,20)", "-p", "max_depth=int(3,12)", "-p", "eta=float(0.1,0.3)", "-j", 2, "--device",
                        "cpu", "--results", "r.csv", env=library_of("xgboost"), **options)
        return done, (warptune.folder / "r.csv").read_bytes() if done.returncode == 0 else None
    _, whole = scores()
    little = 300_000 * 1024
    done, got = scores(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (little, little)))
    if got is None:   # another library may need more to begin with: then it says so
        assert "can't be opened" in done.stderr or "the smallest batch does not fit" in done.stderr
    else:
        assert got == whole


def test_a_warning_of_every_round_is_noted_once(recorded):
    done, _ = recorded("--threads", 2, "--device", "cpu", trials=20, RECORD_WARNING="nothing to split at 7")
    assert done.stderr.count("nothing to split at 7") == 1
    assert any(f"warptune: {name}: nothing to split at 7\n" in done.stderr for name in ("XGBoost", "LightGBM"))


def test_lightgbm_that_finds_no_leaves_says_so_once(warptune):
    done = warptune.good("run", "-m", "lightgbm", "-d", CASES / "tiny30.csv", "-t", "y", "-n", 5, "-p", "n_estimators=20", "-p",
                         "num_leaves=int(2,31)", "--folds", 3, "--device", "cpu", env=library_of("lightgbm"))
    assert done.stderr.count("there are no more leaves that meet the split requirements") == 1
    assert "warptune: LightGBM: Stopped training because" in done.stderr


@pytest.mark.parametrize("model", ["xgboost", "lightgbm"])
@pytest.mark.parametrize(("flags", "where"), [(["-p", "scale_pos_weight=float(1,3)"], "space.scale_pos_weight"),
                                              (["--set", "scale_pos_weight=2"], "--set scale_pos_weight")])
def test_weights_of_two_classes_are_refused_for_more(warptune, model, flags, where):
    (warptune.folder / "three.csv").write_text("x,y\n" + "".join(f"{i},{'abc'[i % 3]}\n" for i in range(60)))
    done = warptune("run", "-m", model, "-d", "three.csv", "-t", "y", "-n", 1, "-p", "n_estimators=2", "--device", "cpu",
                    *flags, env=library_of(model))
    assert done.returncode == 2, done.stderr
    assert f"{where}: scale_pos_weight means something with two classes only, the target has 3" in done.stderr


def test_dart_of_lightgbm_is_not_stopped_early_as_in_python(warptune, data):
    done = warptune.good("run", "-m", "lightgbm", "-d", data / "pima.csv", "-t", "diabetes", "-p", "n_estimators=30", "-p",
                         "early_stopping_rounds=1", "-p", "boosting=choice(dart,gbdt)", "--sampler", "grid", "--device",
                         "cpu", "--results", "r.csv", env=library_of("lightgbm"))
    assert done.stderr.count("with boosting=dart early_stopping_rounds does nothing, as in Python") == 1
    rounds = {row["boosting"]: int(row["rounds"]) for row in csv.DictReader(open(warptune.folder / "r.csv"))}
    assert rounds["dart"] == 30 and rounds["gbdt"] < 30


def test_all_bits_of_a_seed_count(recorded):
    def seed(value):
        done, calls = recorded("--device", "cpu", "--seed", value, trials=2)
        (handed,) = {settings["seed"] for settings in calls.boosters().values()}
        assert 0 <= int(handed) < 2**31
        noted = f"takes seeds below 2^31: of {value} it gets the hash {handed}" in done.stderr
        assert noted == (value >= 2**31)
        return int(handed)
    assert [seed(value) for value in (0, 5, 2**31 - 1)] == [0, 5, 2**31 - 1]
    wide = [5 + 2**31, 5 + 2**32, 5 + 2**63, 2**64 - 1]
    assert len({5, *map(seed, wide)}) == 5


WORKER = """
{before}
import warptune_worker
{after}

@warptune_worker.main
def train(params, data):
    import numpy
    numpy.random.RandomState(data.seed)
    return params["x"] + (data.seed == {seed}) / 2
"""


def command(warptune, data, before="", after="", seed=0):
    (warptune.folder / "worker.py").write_text(WORKER.format(before=before, after=after, seed=seed))
    return warptune("run", "--data", data / "pima.csv", "--target", "diabetes", "-m", "command", "--command", f"{sys.executable} worker.py",
                    "--workers", 1, "-p", "x=int(0,3)", "--sampler", "grid", "--seed", seed, "--results", "r.json")


def scores(warptune):
    return [trial["score"] for trial in json.loads((warptune.folder / "r.json").read_text())]


def test_what_is_printed_while_a_worker_is_imported_is_standard_error(warptune, data):
    peer("numpy")
    done = command(warptune, data, after="import os; print('hello', flush=True); os.write(1, b'from a library\\n')")
    assert done.returncode == 0, done.stderr
    assert "worker 0: hello\n" in done.stderr and "worker 0: from a library\n" in done.stderr
    assert "the command printed" not in done.stderr   # it need not be known


def test_what_is_printed_before_the_module_is_imported_is_passed_over_and_named(warptune, data):
    peer("numpy")
    done = command(warptune, data, before="print('welcome to this', flush=True)")
    assert done.returncode == 0, done.stderr
    assert "worker 0: welcome to this\n" in done.stderr
    assert done.stderr.count("the command printed 'welcome to this' before it was ready") == 1


@pytest.mark.parametrize("seed", [2**32 - 1, 2**32, 2**64 - 1])
def test_workers_get_a_seed_that_numpy_takes(warptune, data, seed):
    peer("numpy")
    done = command(warptune, data, seed=seed)
    assert done.returncode == 0, done.stderr
    assert ("workers get seeds below 2^32" in done.stderr) == (seed >= 2**32)
    assert all((score % 1 == 0.5) == (seed < 2**32) for score in scores(warptune))
