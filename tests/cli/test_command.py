"""The family `command`: workers that answer well, that fail in every way, and that must not outlive the study."""

import csv
import json
import os
import pathlib
import signal
import sys
import time
from datetime import datetime

import pytest
from peers import peer

from trainer_calls import recording, with_driver

SOURCE = pathlib.Path(__file__).resolve().parents[2]

# The protocol without the project's module, so that it can be broken. Only the standard library: it starts at once.
RAW = """
import json, math, os, signal, subprocess, sys, time
hello = json.loads(sys.stdin.readline())
def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()
say('{"ready":true,"protocol":1}\\n')
def wait_for(holds):
    until = time.monotonic() + 60
    while not holds() and time.monotonic() < until:
        time.sleep(0.002)
asked = 0
for line in sys.stdin:
    task = json.loads(line)
    asked += 1
    params, x = task["params"], task["params"].get("x")
    def answer(**more):
        say(json.dumps({"trial": task["trial"], "fold": task["fold"], **more}) + "\\n")
"""


def indented(body):
    return "".join(f"    {line}\n" for line in body.strip("\n").splitlines())


@pytest.fixture
def raw(warptune):
    """Writes a worker whose loop has this body; gives the command that starts it."""
    def write(body, before=""):
        (warptune.folder / "worker.py").write_text(before + RAW + indented(body))
        return f"{sys.executable} worker.py"
    return write


@pytest.fixture
def run(warptune, data, monkeypatch, tmp_path_factory):
    """Runs a study over x = 0 .. 7 of a worker; its temporary files are in a folder of their own, which must end empty."""
    temporary = tmp_path_factory.mktemp("tmp")

    def call(command, *flags, check=True, env=(), **options):
        usual = {"-p": "x=int(0,7)", "--sampler": "grid", "--threads": "2", "--results": "r.csv", "--journal": "j.log"}
        for flag in flags:
            usual.pop(flag, None)
        done = warptune("run", "--data", data / "blog.csv", "--target", "target", "--model", "command", "--command",
                        command, *(word for item in usual.items() for word in item), *flags,
                        env={"TMPDIR": str(temporary), **dict(env)}, **options)
        assert not check or done.returncode == 0, done.stderr
        assert list(temporary.iterdir()) == []
        return done
    call.temporary = temporary
    return call


def rows(warptune, name="r.csv"):
    with open(warptune.folder / name) as file:
        return {int(row["trial"]): row for row in csv.DictReader(file)}


def failures(warptune, name="j.log"):
    """Reasons of the journal's failed trials, by number."""
    lines = [json.loads(line) for line in (warptune.folder / name).read_text().splitlines()]
    return {line["user_attrs"]["warptune:trial"]: line["user_attrs"]["fail_reason"]
            for line in lines if line["op_code"] == 4 and "fail_reason" in line["user_attrs"]}


def processes_with(text):
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            state = (folder / "stat").read_text().rsplit(") ", 1)[1][0]
        except (OSError, IndexError):
            continue
        if folder.name.isdigit() and text in words and state != "Z" and int(folder.name) != os.getpid():
            found.append(words)
    return found


def wait_until(holds, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


# ---- workers that answer ---------------------------------------------------------------------------------------------

def test_a_worker_is_started_once_and_gets_every_trial(warptune, run, raw):
    done = run(raw('print("asked", asked, file=sys.stderr); answer(score=x / 10)'), "--workers", "2")
    assert [float(row["score"]) for row in rows(warptune).values()] == [x / 10 for x in range(7, -1, -1)]
    log = [line for line in done.stderr.splitlines() if line.startswith("worker ")]
    assert len(log) == 8 and log.count("worker 0: asked 1") <= 1 and log.count("worker 1: asked 1") <= 1
    assert done.stderr.splitlines()[0] == "warptune: 2 workers on the CPU"


def test_what_a_worker_is_told(warptune, run, raw, data):
    (warptune.folder / "table.csv").write_text(
        "number,flag,text,class,part\n" + "".join(
            f"{i / 4 if i % 5 else ''},{'yes' if i % 3 else 'no'},{'äb' if i % 2 else 'c'},k{i % 3},{i % 2}\n"
            for i in range(60)))
    command = raw('json.dump([hello, task], open(f"told-{task[\'trial\']}-{task[\'fold\']}.json", "w")); answer(score=1)')
    warptune.good("run", "--data", "table.csv", "--target", "class", "--model", "command", "--command", command,
                  "-p", "a=int(5,5)", "-p", "b=0.5", "-p", "c=choice(none)", "-p", "d=true", "-p", "e=word",
                  "-p", "f=1.0", "--trials", "1", "--fold-column", "part", "--seed", "9", "--metric", "log_loss")
    hello, task = json.loads((warptune.folder / "told-0-1.json").read_text())
    assert (warptune.folder / "told-0-0.json").exists()
    assert task == {"trial": 0, "fold": 1,
                    "params": {"a": 5, "b": 0.5, "c": None, "d": True, "e": "word", "f": 1.0}}
    assert list(task["params"]) == list("abcdef")
    assert hello["protocol"] == 1 and hello["rows"] == 60 and hello["folds"] == 2 and hello["seed"] == 9
    assert hello["columns"] == [{"name": "number", "type": "number"},
                                {"name": "flag", "type": "boolean", "categories": ["no", "yes"]},
                                {"name": "text", "type": "text", "categories": ["c", "äb"]}]
    assert hello["classes"] == ["k0", "k1", "k2"]
    assert hello["metric"] == "log_loss" and hello["maximise"] is False
    assert not os.path.exists(hello["folder"])


def test_the_arrays_are_the_tables(warptune, data):
    np = peer("numpy")
    (warptune.folder / "table.csv").write_text(
        "number,flag,text,class,part\n" + "".join(
            f"{i / 4 if i % 5 else ''},{'yes' if i % 3 else 'no'},{'äb' if i % 2 else 'c'},k{i % 3},{i % 2}\n"
            for i in range(5000)))
    (warptune.folder / "worker.py").write_text("""
import numpy as np
import warptune_worker

@warptune_worker.main
def train(params, data):
    np.savez(f"seen-{data.fold}.npz", X=data.X, y=data.y, train=data.train, validation=data.validation)
    assert data.names == ["number", "flag", "text"] and data.categories[2] == ["c", "äb"] and data.weights is None
    assert not data.X.flags.writeable
    return 0.5
""")
    warptune.good("run", "--data", "table.csv", "--target", "class", "--model", "command",
                  "--command", f"{sys.executable} worker.py", "-p", "x=1", "--trials", "1", "--fold-column", "part")
    i = np.arange(5000)
    for fold in (0, 1):
        seen = np.load(warptune.folder / f"seen-{fold}.npz")
        wanted = np.stack([np.where(i % 5, i / 4, np.nan), i % 3 != 0, i % 2], axis=1).astype(float)
        np.testing.assert_array_equal(seen["X"], wanted)
        np.testing.assert_array_equal(seen["y"], i % 3)
        np.testing.assert_array_equal(seen["validation"], i[i % 2 == fold])
        np.testing.assert_array_equal(seen["train"], i[i % 2 != fold])


def test_folds_are_averaged_and_equal_trials_share_a_fit(warptune, run, raw):
    run(raw('answer(score=x + task["fold"])'), "--folds", "3", "--stats", "s.json", "-p", "x=choice(1,2)",
        "--sampler", "random", "--trials", "9")
    for row in rows(warptune).values():
        assert float(row["score"]) == int(row["x"]) + 1
        assert [float(row[f"fold_{i}"]) for i in range(3)] == [int(row["x"]) + i for i in range(3)]
    assert json.loads((warptune.folder / "s.json").read_text())["fits"] == 6


def steps_of(warptune, journal="j.log"):
    trials = [json.loads(line) for line in (warptune.folder / journal).read_text().splitlines()]
    return {t["user_attrs"]["warptune:trial"]: {int(k): v for k, v in t.get("intermediate_values", {}).items()}
            for t in trials if t["op_code"] == 4}


def test_intermediate_scores_are_in_the_journal(warptune, run, raw):
    run(raw("""
for step in range(2000):
    answer(intermediate={"step": step, "score": step / 2000})
answer(intermediate={"step": 7, "score": x})
if x == 3:
    os._exit(9)
answer(score=x)
"""))
    assert "; at step 7 its score was 3" in failures(warptune)[3]
    steps = steps_of(warptune)
    for row in rows(warptune).values():
        of_trial = steps[int(row["trial"])]
        assert sorted(of_trial) == list(range(1000))   # a bounded line
        assert of_trial[7] == float(row["x"])   # the last report of a step counts
        assert of_trial[8] == 8 / 2000
    assert steps[next(t for t, row in rows(warptune).items() if row["score"] == "")]   # of a failed trial, too


def test_intermediate_scores_of_folds_are_averaged_where_all_folds_report_them(warptune, run, raw):
    run(raw("""
for step in range(3 + task["fold"]):
    answer(intermediate={"step": step, "score": step + task["fold"]})
answer(score=x)
"""), "--folds", "3")
    assert all(of_trial == {step: step + 1 for step in range(3)} for of_trial in steps_of(warptune).values())


def test_optuna_sees_intermediate_scores(warptune, run, raw):
    optuna = peer("optuna")
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend
    run(raw('answer(intermediate={"step": 3, "score": 0.25}); answer(score=x)'))
    [study] = JournalStorage(JournalFileBackend(str(warptune.folder / "j.log"))).get_all_studies()
    storage = JournalStorage(JournalFileBackend(str(warptune.folder / "j.log")))
    trials = storage.get_all_trials(study._study_id)
    assert trials and all(t.intermediate_values == {3: 0.25} for t in trials)


def test_environment_and_folder(warptune, run, raw):
    (warptune.folder / "inside").mkdir()
    command = raw('open(os.environ["NAMED"], "w").write(os.environ["OMP_NUM_THREADS"]); answer(score=1)')
    run(command.replace("worker.py", "../worker.py"), "--folder", "inside", "--environment", "NAMED=here.txt",
        "--environment", "OMP_NUM_THREADS=5")
    assert (warptune.folder / "inside" / "here.txt").read_text() == "5"
    run(command, "--environment", "NAMED=here.txt", "--threads", "4", "--workers", "2", "--journal", "k.log")
    assert (warptune.folder / "here.txt").read_text() == "2"


def test_a_study_file_says_all(warptune, raw, data):
    command = raw('open("made.txt", "a").write(os.environ["A"] + "\\n"); answer(score=params["x"])')
    (warptune.folder / "study.toml").write_text(f"""
[data]
path = "{data / 'blog.csv'}"
target = "target"
[model]
family = "command"
command = "{command}"
environment = ["A=b,c"]
folder = "."
trial_timeout = "5s"
start_timeout = 30
worker_log = "workers.log"
workers = 1
[space]
x = {{ int = [1, 4] }}
[search]
sampler = "grid"
""")
    warptune.good("run", "study.toml")
    assert (warptune.folder / "made.txt").read_text() == "b,c\n" * 4


@pytest.fixture
def four_gpus(warptune):
    return {**with_driver(warptune.folder / "driver", recording("WARPTUNE_RECORDING")), "RECORD_GPUS": "4"}


@pytest.mark.parametrize(("device", "visible", "seen"), [
    ("cuda:3,1", None, {"1", "3"}), ("cuda", None, {"0", "1", "2", "3"}), ("cuda:1,2", "9,4,GPU-1f,7", {"4", "GPU-1f"})])
def test_each_gpu_has_its_worker(warptune, run, raw, four_gpus, monkeypatch, device, visible, seen):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible:
        four_gpus["CUDA_VISIBLE_DEVICES"] = visible
    done = run(raw('open("gpus.txt", "a").write(os.environ["CUDA_VISIBLE_DEVICES"] + "\\n")\n'
                   f'wait_for(lambda: len(open("gpus.txt").readlines()) >= {len(seen)})   # each has a trial at once\n'
                   'answer(score=x)'), "--device", device, env=four_gpus)
    assert set((warptune.folder / "gpus.txt").read_text().split()) == seen
    assert f"{len(seen)} workers on GPU" in done.stderr


def test_a_gpu_that_is_not_there_is_an_error(run, four_gpus):
    done = run("true", "--device", "cuda:4", check=False, env=four_gpus)
    assert done.returncode == 3 and "there is no GPU 4" in done.stderr


def test_the_log_goes_to_a_file(warptune, run, raw):
    done = run(raw('print("a\\tb", x, file=sys.stderr); answer(score=x)'), "--worker-log", "w.log", "--workers", "1")
    assert "worker 0" not in done.stderr
    assert (warptune.folder / "w.log").read_text() == "".join(f"worker 0: a b {x}\n" for x in range(8))
    assert "worker" not in run(raw('print("a", file=sys.stderr); answer(score=x)'), "--quiet", "--journal", "k.log").stderr


def test_dry_run_starts_nothing(warptune, run):
    done = run("exit 3", "--dry-run")
    assert "at once         2\n" in done.stdout and warptune.files() == []


# ---- workers that fail -----------------------------------------------------------------------------------------------

FAILING = {
    "crash": ("sys.stderr.write('going down\\n'); sys.stderr.flush(); os._exit(7)",
              "it ended with exit code 7; its last lines:\ngoing down"),
    "signal": ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11 (Segmentation fault) ended it"),
    "closed output": ("sys.stdout.close(); os.close(1); time.sleep(60)", "it closed its standard output"),
    "hang": ("time.sleep(60)", "it took more than 1 s"),
    "hang with intermediates": ("while True: answer(intermediate={'step': 1, 'score': 1})", "it took more than 1 s"),
    "garbage": ("say('hello?\\n')", "it answered with a line that is no JSON object: hello?"),
    "binary": ("sys.stdout.buffer.write(b'\\x00\\xff\\x1b[2J\\n'); sys.stdout.flush()",
               "it answered with a line that is no JSON object: ???[2J"),
    "line without end": ("say('x' * 5000000); time.sleep(60)", "it wrote a line of more than 1048576 bytes"),
    "half a line": ("say('{\"trial\"'); time.sleep(60)", "it took more than 1 s"),
    "half a line, then the end": ("say('{\"trial\"'); os._exit(0)", "it ended with exit code 0"),
    "nan": ("answer(score=math.nan)", "it answered with NaN or Infinity, which are not JSON"),
    "infinity": ("answer(score=-math.inf)", "it answered with NaN or Infinity, which are not JSON"),
    "overflow": ("say('{\"trial\":%d,\"fold\":0,\"score\":1e999}\\n' % task['trial'])", "it answered with"),
    "wrong trial": ("task['trial'] = 99; answer(score=1)",
                    "it answered for trial 99, fold 0, when it was asked for trial 3, fold 0"),
    "wrong fold": ("task['fold'] = 1; answer(score=1)", "it answered for trial 3, fold 1"),
    "no score": ("answer()", "it answered with not one of score, predictions, error and intermediate"),
    "text": ("answer(score='0.9')", "it answered with a score that is no finite number"),
    "error": ("sys.stderr.write('why\\n'); sys.stderr.flush(); answer(error='no\\nway')",
              "the worker says: no way; its last lines:\nwhy"),
    "no predictions": ("answer(predictions='/nowhere.npy')",
                       "its predictions in /nowhere.npy: No such file or directory"),
    "predictions that are a fifo": ("os.mkfifo('fifo'); answer(predictions='fifo')",
                                    "its predictions in fifo: it is no file"),
    "predictions that are none": ("answer(predictions='worker.py')", "its predictions in worker.py: it is no .npy file"),
}


@pytest.mark.parametrize("kind", FAILING)
def test_a_failing_trial_fails_alone(warptune, run, raw, kind):
    body, reason = FAILING[kind]
    done = run("exec " + raw(f"if x == 3:\n    {body}\nelse:\n    answer(score=x / 10)"), "--trial-timeout",
               "1s" if "more than 1 s" in reason else "60s")
    scores = {number: float(row["score"]) for number, row in rows(warptune).items() if row["score"]}
    assert scores == {x: x / 10 for x in range(8) if x != 3}
    found = failures(warptune)
    assert list(found) == [3] and reason in found[3], found
    assert "(1 failed)" in done.stdout
    assert processes_with("worker.py") == []


def test_an_answer_too_much_fails_the_next_trial_of_that_worker(warptune, run, raw):
    run(raw('answer(score=x)\nif x == 3: answer(score=5)'), "--workers", "1")
    assert list(failures(warptune)) == [4] and "it answered for trial 3" in failures(warptune)[4]


def test_a_worker_is_started_again_after_it_failed(warptune, run, raw):
    # It ends after each answer, so that each trial but the first finds it gone.
    run(raw('answer(score=x)\nif x % 2: os._exit(1)'), "--workers", "1", check=False)
    assert len(failures(warptune)) in (3, 4)   # the last one after the study


def test_the_study_ends_when_its_first_five_trials_fail(warptune, run, raw):
    done = run(raw('print("no licence", file=sys.stderr, flush=True); os._exit(4)'), check=False)
    assert done.returncode == 1
    assert "the first 5 trials failed, so the study ends" in done.stderr
    assert "it ended with exit code 4; its last lines:\nno licence" in done.stderr.replace("\n  ", "\n")
    assert len(failures(warptune)) <= 5


def test_trials_are_counted_not_their_folds_and_none_is_lost(warptune, run, raw):
    body = 'if x < 4: answer(error="bad x")\nelse: answer(score=0.5)'
    done = run(raw(body), "--folds", "5", "--workers", "2")
    assert set(failures(warptune)) == {0, 1, 2, 3} and "trial 0 (and 3 more) failed: the worker says: bad x" in done.stderr
    assert all(row["score"] == "0.5" for row in rows(warptune).values() if row["score"])


def test_the_first_five_failures_are_in_the_journal_and_resume_goes_on_behind_them(warptune, run, raw):
    done = run(raw('if x < 5: answer(error="bad x")\nelse: answer(score=x)'), "--workers", "1", "--folds", "3", check=False)
    assert done.returncode == 1 and "the first 5 trials failed" in done.stderr
    assert list(failures(warptune)) == [0, 1, 2, 3, 4]
    warptune.good("resume", "j.log")
    assert list(failures(warptune)) == [0, 1, 2, 3, 4]
    assert [row["score"] for row in rows(warptune).values()] == ["7.0", "6.0", "5.0"] + [""] * 5


def test_what_was_written_before_the_answer_is_the_trials_own(warptune, run, raw):
    run(raw(r"""
if x == 1:
    os.write(2, b"".join(b"epoch %d of 3000\n" % i for i in range(3000)) + b"RuntimeError: out of memory\n")
answer(error="bad") if x < 3 else answer(score=x)
"""), "--workers", "1")
    assert failures(warptune)[1].endswith("epoch 2999 of 3000\nRuntimeError: out of memory")
    assert failures(warptune)[2] == "the worker says: bad"


def test_a_worker_that_leaves_costs_no_trial(warptune, run, raw):
    done = run(raw('answer(score=x)\nif asked == 3: sys.exit(0)'), "--workers", "1")
    assert failures(warptune) == {} and len(rows(warptune)) == 8 and "failed" not in done.stderr
    run(raw('answer(score=x) if asked == 1 else sys.exit(0)'), "--workers", "1", "--journal", "k.log")
    assert failures(warptune, "k.log") == {}
    run(raw('answer(score=x) if x != 5 else sys.exit(0)'), "--workers", "1", "--journal", "l.log")   # that trial, again and again
    assert list(failures(warptune, "l.log")) == [5] and "it ended with exit code 0" in failures(warptune, "l.log")[5]


def test_the_journal_knows_when_each_trial_ran(warptune, run, raw):
    run(raw('began = time.time()\nopen(f"{x}.txt", "w").write(f"{began} {time.time()}")\nanswer(score=x)'), "--workers", "2")
    trials = [trial for trial in map(json.loads, (warptune.folder / "j.log").read_text().splitlines()) if trial["op_code"] == 4]
    assert len(trials) == 8
    for trial in trials:
        began, ended = map(float, (warptune.folder / f"{trial['user_attrs']['warptune:trial']}.txt").read_text().split())
        start, complete = (datetime.fromisoformat(trial[f"datetime_{end}"]).timestamp() for end in ("start", "complete"))
        assert start <= began + 0.01 and ended - 0.01 <= complete < start + 3


def test_a_half_line_of_the_log_is_shown_at_the_end(warptune, run, raw):
    assert "worker 0: half" in run(raw('os.write(2, b"half"); answer(score=x)'), "--workers", "1").stderr


def test_a_python_path_of_the_users_keeps_ours(warptune, run, data):
    (warptune.folder / "own").mkdir()
    (warptune.folder / "own/mine.py").write_text("score = 0.25")
    (warptune.folder / "w.py").write_text("import mine, warptune_worker\n@warptune_worker.main\ndef train(params, data): return mine.score\n")
    run(f"{sys.executable} w.py", "--environment", "PYTHONPATH=own")
    assert all(row["score"] == "0.25" for row in rows(warptune).values())


def test_predictions_of_odd_types_are_made_plain_by_the_module(warptune, run):
    peer("numpy")
    (warptune.folder / "w.py").write_text("""
import numpy, warptune_worker
@warptune_worker.main
def train(params, data):
    y = data.y[data.validation]
    return [y.reshape(-1, 1), y.astype(">i4"), y.astype(numpy.float16), y.astype(numpy.longdouble), y.astype(bool), y.astype(">f4"),
            numpy.asfortranarray(numpy.stack([1 - y, y], 1).astype(float)), list(map(int, y))][params["x"]]
""")
    run(f"{sys.executable} w.py", "--metric", "accuracy")
    assert failures(warptune) == {} and all(float(row["score"]) == 1 for row in rows(warptune).values())


def test_the_study_ends_though_another_worker_hangs(warptune, run, raw):
    start = time.monotonic()
    done = run(raw('time.sleep(60) if x == 0 else os._exit(4)'), "--workers", "2", check=False)
    assert done.returncode == 1 and "the first 5 trials failed" in done.stderr
    assert time.monotonic() - start < 30
    assert processes_with("worker.py") == []


def test_later_failures_do_not_end_it(warptune, run, raw):
    run(raw('answer(score=1) if x == 0 else os._exit(4)'), "--workers", "1")
    assert len(failures(warptune)) == 7


def test_it_ends_when_workers_cannot_be_started_any_more(warptune, run, raw):
    done = run(raw('answer(score=x)\nos.path.exists("worker.py") and os.remove("worker.py")\nos._exit(0)'),
               "--workers", "1", "-p", "x=int(0,99)", check=False)
    assert done.returncode == 1 and "the worker can't be started any more" in done.stderr
    assert "warptune resume" not in done.stderr or "--device cpu" not in done.stderr
    assert len(failures(warptune)) <= 6


STARTING = {
    "no such command": ("no-such-program --flag", "no-such-program: not found"),
    "ends at once": ("echo so sorry >&2; exit 5", "it ended with exit code 5; its last lines:\nso sorry"),
    "does not answer": ("exec sleep 60", "it did not say that it is ready within 0.3 s"),
    "says something else": ("echo welcome; exec sleep 60", "it did not say that it is ready within 0.3 s; its last lines:\nwelcome"),
    "is not ready": ("echo '{\"ready\":false}'; exec sleep 60", "it answered with no {\"ready\":true} to the hello"),
    "another protocol": ("echo '{\"ready\":true,\"protocol\":2}'; exec sleep 60", "another protocol than 1"),
}


@pytest.mark.parametrize("kind", STARTING)
def test_a_command_that_does_not_start_is_an_error(warptune, run, kind):
    command, reason = STARTING[kind]
    done = run(command, "--start-timeout", "0.3s" if "0.3 s" in reason else "60s", check=False)
    assert done.returncode == 2 and reason in done.stderr, done.stderr
    assert warptune.files() == []


BAD = {
    "no command": (["--model", "command"], "no command is given"),
    "no parameter": (["--model", "command", "--command", "true"], "the space has no parameters"),
    "another family": (["--command", "true"], "--command true: command is of the family command, not of random_forest"),
    "workers of another family": (["--workers", "2"], "workers is of the family command"),
    "no workers": (["--model", "command", "--command", "true", "-p", "x=1", "--workers", "0"],
                   "workers must be from 1 to 4096, not 0"),
    "no time": (["--model", "command", "--command", "true", "-p", "x=1", "--trial-timeout", "0"], "0 is not a time"),
    "no variable": (["--model", "command", "--command", "true", "-p", "x=1", "--environment", "A"],
                    "A is not NAME=VALUE"),
    "no folder": (["--model", "command", "--command", "true", "-p", "x=1", "--folder", "nowhere"],
                  "nowhere: the command's folder is not there"),
    "a log that is the data": (["--model", "command", "--command", "true", "-p", "x=1", "--worker-log", "DATA"],
                               "would overwrite"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_refused(warptune, data, kind):
    flags, message = BAD[kind]
    table = str(data / "blog.csv")
    done = warptune("run", "--data", table, "--target", "target", *[table if flag == "DATA" else flag for flag in flags])
    assert done.returncode == 2 and message in done.stderr, done.stderr
    assert warptune.files() == []


def test_an_unknown_key_is_refused(warptune, data):
    (warptune.folder / "study.toml").write_text('[model]\nfamily = "command"\ncomand = "true"\n')
    done = warptune("run", "study.toml")
    assert done.returncode == 2 and "did you mean command?" in done.stderr


def test_no_room_for_the_data(warptune, data):
    done = warptune("run", "--data", data / "blog.csv", "--target", "target", "--model", "command", "--command", "true",
                    "-p", "x=1", env={"TMPDIR": "/nowhere"})
    assert done.returncode == 2 and "set TMPDIR" in done.stderr


def test_cuda_without_a_gpu_is_an_error(warptune, run):
    if any(pathlib.Path("/dev").glob("nvidia[0-9]*")):
        pytest.skip("there is a GPU")
    done = run("true", "--device", "cuda", check=False)
    assert done.returncode == 3 and "no GPU is there" in done.stderr


# ---- nothing outlives the study --------------------------------------------------------------------------------------

# A worker that hangs in its third trial, with a child of its own and a grandchild in another session.
STUBBORN = """
if asked == 1:
    subprocess.Popen(["sh", "-c", "setsid sh -c 'sleep 987 # MARK' & sleep 987 # MARK"])
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
if x == 2:
    open("hanging", "w").close()
    time.sleep(987)
answer(score=x)
"""


def start_stubborn(warptune, run, raw, data):
    mark = f"warptune-mark-{os.getpid()}-{time.monotonic_ns()}"
    command = raw(STUBBORN.replace("MARK", mark))
    process = warptune.start("run", "--data", data / "blog.csv", "--target", "target", "--model", "command", "--command",
                             f"{command} {mark}; true", "-p", "x=int(0,7)", "--sampler", "grid", "--workers", "2",
                             "--journal", "j.log", env={**warptune.environment(), "TMPDIR": str(run.temporary)})
    assert wait_until(lambda: (warptune.folder / "hanging").exists()), process.poll()
    assert len(processes_with(mark)) >= 4
    return process, mark


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_survives(warptune, run, raw, data, how):
    process, mark = start_stubborn(warptune, run, raw, data)
    start = time.monotonic()
    process.send_signal(how)
    process.communicate(timeout=10)
    assert time.monotonic() - start < 5
    if how != signal.SIGKILL:
        assert process.returncode == 130
    assert wait_until(lambda: processes_with(mark) == []), processes_with(mark)
    assert wait_until(lambda: list(run.temporary.iterdir()) == [])


def test_no_process_survives_a_time_limit(warptune, run, raw):
    mark = f"warptune-mark-{os.getpid()}-{time.monotonic_ns()}"
    done = run(raw(STUBBORN.replace("MARK", mark)) + f" {mark}", "--time-limit", "0.7s", "--workers", "2")
    assert "the time limit ended the study" in done.stderr
    assert processes_with(mark) == []


def test_a_worker_that_does_not_end_is_ended(warptune, run, raw):
    start = time.monotonic()
    run(raw("answer(score=x)", before="import atexit, time; atexit.register(time.sleep, 60)\n"))
    assert time.monotonic() - start < 5
    assert processes_with("worker.py") == []


def test_a_worker_may_end_in_its_own_way(warptune, run, raw):
    run(raw("answer(score=x)", before="import atexit; atexit.register(lambda: open('ended', 'w').close())\n"),
        "--workers", "1")
    assert (warptune.folder / "ended").exists()


def test_resume_after_kill_gives_the_same_bytes(warptune, run, raw, data):
    flags = ["run", "--data", data / "blog.csv", "--target", "target", "--model", "command", "-p", "x=float(0,1)",
             "--trials", "60", "--folds", "2", "--workers", "2", "--seed", "4", "--results", "r.csv"]
    command = raw('wait_for(lambda: asked <= 20 or os.path.exists("go"))\nanswer(score=x * (1 + task["fold"]))')
    (warptune.folder / "go").touch()
    warptune.good(*flags, "--command", command, "--journal", "whole.log")
    (warptune.folder / "go").unlink()
    whole = (warptune.folder / "r.csv").read_bytes()
    (warptune.folder / "r.csv").unlink()
    process = warptune.start(*flags, "--command", command, "--journal", "cut.log")
    log = warptune.folder / "cut.log"
    assert wait_until(lambda: log.exists() and log.read_bytes().count(b'\n{"op_code":4') >= 10)
    process.kill()
    process.communicate()
    assert not (warptune.folder / "r.csv").exists()
    (warptune.folder / "go").touch()
    elsewhere = warptune.folder / "elsewhere"
    elsewhere.mkdir()
    warptune.good("resume", log, folder=elsewhere)   # the command runs in the study's folder
    assert (warptune.folder / "r.csv").read_bytes() == whole


# ---- predictions and the examples ------------------------------------------------------------------------------------

PREDICTING = """
import numpy as np
import warptune_worker
from sklearn import metrics
from sklearn.linear_model import LogisticRegression

@warptune_worker.main
def train(params, data):
    print("this is", "no protocol")
    X, y, held = np.nan_to_num(data.X), data.y, data.validation
    model = LogisticRegression(C=params["C"], max_iter=50).fit(X[data.train], y[data.train])
    shape = params["shape"]
    proba = model.predict_proba(X[held]).astype("f4" if shape == "fortran" else "f8")
    labels = proba.argmax(axis=1)
    if shape == "fortran": proba = np.asfortranarray(proba)
    own = {"accuracy": lambda: metrics.accuracy_score(y[held], labels),
           "balanced_accuracy": lambda: metrics.balanced_accuracy_score(y[held], labels),
           "log_loss": lambda: metrics.log_loss(y[held], proba, labels=range(len(data.classes))),
           "roc_auc": lambda: metrics.roc_auc_score(y[held], proba[:, 1])}[data.metric]()
    open("own.txt", "a").write(f"{params['C']} {shape} {data.fold} {own!r}\\n")
    return {"labels": labels, "second": proba[:, -1]}.get(shape, proba)
"""


SHAPES = {"accuracy": "proba,fortran,labels", "balanced_accuracy": "proba,fortran,labels",
          "log_loss": "proba,fortran,second", "roc_auc": "proba,fortran,second"}


@pytest.mark.parametrize("metric", SHAPES)
def test_predictions_are_scored_as_scikit_learn_does(warptune, data, metric):
    peer("sklearn")
    (warptune.folder / "worker.py").write_text(PREDICTING)
    warptune.good("run", "--data", data / "spam.csv", "--target", "type", "--model", "command",
                  "--command", f"{sys.executable} worker.py", "-p", "C=choice(0.001,0.1)", "-p", f"shape=choice({SHAPES[metric]})",
                  "--sampler", "grid", "--folds", "2", "--metric", metric, "--results", "r.csv", "--workers", "1")
    own = {tuple(line.split()[:3]): float(line.split()[3])
           for line in (warptune.folder / "own.txt").read_text().splitlines()}
    found = rows(warptune)
    assert len(found) == 6 and len(own) == 12
    for row in found.values():
        for fold in "01":
            assert float(row[f"fold_{fold}"]) == pytest.approx(own[row["C"], row["shape"], fold],
                                                               rel=1e-6 if row["shape"] == "fortran" else 1e-12)


WRONG = {
    "too few": ("np.zeros((3, 2))", "3 rows are predicted; the fold has"),
    "classes": ("np.zeros((n, 3))", "3 columns are predicted; the target has 2 classes"),
    "nan": ("np.full((n, 2), np.nan)", "a prediction is no finite number"),
    "labels": ("np.full(n, 2)", "log_loss needs probabilities"),
    "sum": ("np.ones((n, 2))", "row 0 holds no probabilities"),
    "text": ("np.full(n, 'a')", "its numbers are of type"),
    "cube": ("np.zeros((n, 1, 1))", "it has 3 dimensions"),
    "none": ("None", "TypeError: train() returned None"),
    "infinite": ("float('inf')", "ValueError: the score is inf"),
    "raise": ("1 / 0", "ZeroDivisionError: division by zero"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_predictions_fail_their_trial(warptune, run, kind):
    peer("numpy")
    expression, reason = WRONG[kind]
    (warptune.folder / "worker.py").write_text(f"""
import numpy as np
import warptune_worker

@warptune_worker.main
def train(params, data):
    n = len(data.validation)
    return {expression} if params["x"] == 3 else 0.5
""")
    run(f"{sys.executable} worker.py", "--metric", "log_loss")
    assert list(failures(warptune)) == [3] and reason in failures(warptune)[3], failures(warptune)


def test_prints_and_reads_do_not_disturb_the_protocol(warptune, run):
    peer("numpy")
    (warptune.folder / "worker.py").write_text("""
import os, subprocess, sys
import warptune_worker

@warptune_worker.main
def train(params, data):
    print('{"trial":0,"fold":0,"score":77}')
    os.write(1, b"raw\\n")
    subprocess.run(["echo", "child"])
    assert sys.stdin.read() == ""
    data.report(1, 0.25)
    return params["x"]
""")
    done = run(f"{sys.executable} worker.py", "--workers", "1")
    assert [float(row["score"]) for row in rows(warptune).values()] == list(range(7, -1, -1))
    assert done.stderr.count("worker 0: child") == 8 and done.stderr.count("worker 0: raw") == 8


@pytest.mark.parametrize("example, flags", [
    ("gradient_boosting.py", ["-p", "n_estimators=int(3,9)", "-p", "learning_rate=log(0.05,0.5)", "--metric", "roc_auc"]),
    ("svc.py", ["-p", "C=log(0.1,100)", "-p", "gamma=log(1e-4,1)", "-p", "kernel=choice(rbf,sigmoid)"]),
])
def test_python_examples(warptune, data, example, flags):
    peer("sklearn")
    script = SOURCE / "python" / "examples" / example
    results = []
    for workers in ("1", "2"):
        warptune.good("run", "--data", data / "spam.csv", "--target", "type", "--model", "command", "--command",
                      f"{sys.executable} {script}", *flags, "--trials", "5", "--seed", "2", "--results", "r.csv",
                      "--workers", workers)
        results.append((warptune.folder / "r.csv").read_bytes())
    assert results[0] == results[1]
    assert max(float(row["score"]) for row in rows(warptune).values()) > 0.85


def test_cpp_example(warptune, data):
    worker = os.environ.get("WARPTUNE_EXAMPLE_WORKER")
    if not worker:
        pytest.fail("WARPTUNE_EXAMPLE_WORKER must name the built example")
    warptune.good("run", "--data", data / "spam.csv", "--target", "type", "--model", "command", "--command", worker,
                  "-p", "power=float(0.2,3)", "--trials", "6", "--folds", "2", "--results", "r.csv")
    found = rows(warptune)
    assert len(found) == 6 and 0.6 < max(float(row["score"]) for row in found.values()) < 1


def test_optuna_reads_a_command_studys_journal(warptune, run, raw):
    optuna = peer("optuna")
    run(raw('answer(score=x) if x != 3 else os._exit(1)'))
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(warptune.folder / "j.log")))
    study = optuna.load_study(study_name=None, storage=storage)
    assert study.best_value == 7 and len(study.trials) == 8


# ---- the protocol document -------------------------------------------------------------------------------------------

def test_the_schema_holds_what_is_said(warptune, run):
    jsonschema = peer("jsonschema")
    schema = json.loads((SOURCE / "docs" / "command.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)

    def valid(line, kind):
        return jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{kind}"}).is_valid(json.loads(line))

    # Every line of a study, by a tap between warptune and a worker.
    peer("numpy")
    (warptune.folder / "worker.py").write_text("""
import numpy as np
import warptune_worker

@warptune_worker.main
def train(params, data):
    data.report(0, 0.5)
    x = params["x"]
    if x == 1: raise ValueError("no")
    return np.zeros(len(data.validation), int) if x == 2 else x
""")
    run(f"tee -a said.txt | {sys.executable} worker.py | tee -a answered.txt", "--workers", "1")
    said = (warptune.folder / "said.txt").read_text().splitlines()
    answered = (warptune.folder / "answered.txt").read_text().splitlines()
    assert len(said) == 9 and len(answered) == 17
    assert valid(said[0], "hello") and all(valid(line, "trial") for line in said[1:])
    assert valid(answered[0], "ready") and all(valid(line, "answer") for line in answered[1:])
    for bad in ('{"trial":1,"fold":0}', '{"trial":1,"fold":0,"score":"1"}', '{"trial":1,"fold":0,"score":1,"error":"x"}'):
        assert not valid(bad, "answer")
