"""A study that is cut off anywhere goes on from its journal to the same bytes; nothing that was scored is lost."""

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest
from conftest import Warptune
from peers import peer

TRIALS = 200
# Hardly two trials share a fit, and little memory makes a batch of each: some 300 batches in half a second.
FLAGS = ["--target", "type", "-p", "n_estimators=int(5,30)", "-p", "min_samples_leaf=int(1,300)", "--folds", "2", "-n", TRIALS,
         "--seed", "3", "--memory", "60K", "--threads", "2", "--results", "r.csv", "--quiet"]
# Few trials share a fit, and all take minutes: to be cut off at leisure.
LONG_TRIALS = 20000
LONG = ["--target", "type", "-p", "max_features=int(1,57)", "-p", "min_samples_leaf=int(1,400)", "-p", "n_estimators=40",
        "-n", str(LONG_TRIALS), "--threads", "2", "--device", "cpu", "--memory", "10M"]


def run_flags(data):
    return ["run", "--data", data / "spam.csv", *FLAGS, "--journal", "j.log"]


@pytest.fixture(scope="module")
def finished(program, data, tmp_path_factory):
    """The bytes of the journal and of the results of a study that nothing interrupted."""
    warptune = Warptune(program, tmp_path_factory.mktemp("finished"))
    warptune.good(*run_flags(data))
    return (warptune.folder / "j.log").read_bytes(), (warptune.folder / "r.csv").read_bytes()


def trial_lines(journal):
    """The trials in a journal's bytes; all its lines must be whole JSON."""
    assert journal.endswith(b"\n")
    return [line for line in map(json.loads, journal.splitlines()) if line["op_code"] == 4]


def header_bytes(journal):
    return journal.index(b'{"op_code":4')


def wait_for_trials(warptune, process, count=1, name="j.log"):
    """Until the journal of a running study has some trials."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        journal = warptune.folder / name
        if journal.exists() and journal.read_bytes().count(b'\n{"op_code":4') >= count:
            return
        time.sleep(0.01)
    pytest.fail(f"no trial in time: {process.poll()}")


def end(process):
    process.kill()
    process.communicate()


def test_killed_at_50_random_moments(warptune, data, finished):
    seed = int(os.environ.get("WARPTUNE_TEST_SEED", 2024))
    print("WARPTUNE_TEST_SEED =", seed)
    moments = random.Random(seed)
    kills = studies = resumed_trials = 0
    while kills < 50 or studies == 0:
        resume = (warptune.folder / "j.log").exists()
        process = warptune.start(*(["resume", "j.log"] if resume else run_flags(data)))
        # Once in a while to the end, so that studies finish on slow machines too.
        limit = 60 if moments.random() < 0.03 else moments.uniform(0, 0.2)
        try:
            errors = process.communicate(timeout=limit)[1]
        except subprocess.TimeoutExpired:
            end(process)
            kills += 1
            # Only the lock and a header that is not whole yet may be left over.
            assert set(warptune.files()) <= {"j.log", "j.log.lock", "j.log.running", "j.log.new", "r.csv"} | \
                {name for name in warptune.files() if name.endswith((".tmp", ".rename"))}
            if (warptune.folder / "j.log").exists():
                whole = (warptune.folder / "j.log").read_bytes().rpartition(b"\n")[0] + b"\n"
                resumed_trials += len(trial_lines(whole))
            continue
        assert process.returncode == 0, errors
        assert (warptune.folder / "r.csv").read_bytes() == finished[1]
        assert len(trial_lines((warptune.folder / "j.log").read_bytes())) == TRIALS
        # A kill in the moment of writing results leaves the file that was to become them.
        assert [name for name in warptune.files() if not name.endswith(".tmp")] == ["j.log", "r.csv"]
        studies += 1
        for name in warptune.files():
            (warptune.folder / name).unlink()
    assert resumed_trials > 0


def test_a_torn_tail_is_cut_off(warptune, finished):
    journal, results = finished
    moments = random.Random(5)
    first = header_bytes(journal)
    for at in [first, first + 1, len(journal) - 1, *(moments.randrange(first, len(journal)) for _ in range(7))]:
        (warptune.folder / "j.log").write_bytes(journal[:at])
        done = warptune.good("resume", "j.log", "-o", "r.csv")
        assert (warptune.folder / "r.csv").read_bytes() == results
        assert len(trial_lines((warptune.folder / "j.log").read_bytes())) == TRIALS
    (warptune.folder / "j.log").write_bytes(journal + b'{"op_code":4,"worker_id":"warptune","study_id":0,"sta')
    assert warptune("top", "j.log").returncode == 0   # readers do not mind
    assert "warptune: cut " in done.stderr
    for at in (0, first // 2, first - 1):   # a header is written whole or not at all, so this was not us
        (warptune.folder / "j.log").write_bytes(journal[:at])
        done = warptune("resume", "j.log")
        assert done.returncode == 2 and done.stderr.startswith("warptune: j.log") and "hint: " in done.stderr
        assert (warptune.folder / "j.log").read_bytes() == journal[:at]


def test_a_finished_study_is_shown_again(warptune, finished):
    journal, results = finished
    (warptune.folder / "j.log").write_bytes(journal)
    done = warptune.good("resume", "j.log", "--results", "again.csv", "--stats", "s.json", "--quiet")
    assert (warptune.folder / "again.csv").read_bytes() == results
    assert (warptune.folder / "j.log").read_bytes() == journal
    stats = json.loads((warptune.folder / "s.json").read_text())
    assert (stats["trials"], stats["fits"], stats["uploads"]) == (0, 0, 0)
    assert done.stderr == ""


def test_resume_where_and_how_one_likes(warptune, data, finished):
    """Another folder, moved data, other threads, less memory: the same bytes."""
    journal, results = finished
    shutil.copy(data / "spam.csv", warptune.folder / "spam.csv")
    process = warptune.start("run", "--data", "spam.csv", *FLAGS, "--journal", "j.log")
    wait_for_trials(warptune, process, 5)
    end(process)
    elsewhere = warptune.folder / "elsewhere"
    elsewhere.mkdir()
    assert warptune("resume", "../j.log", "--time-limit", "0.001s", folder=elsewhere).returncode == 0
    (warptune.folder / "spam.csv").rename(elsewhere / "moved.csv")
    done = warptune("resume", "../j.log", folder=elsewhere)
    assert done.returncode == 2 and "spam.csv: the study's data are not there" in done.stderr and "--data" in done.stderr
    warptune.good("resume", "../j.log", "--data", "moved.csv", "--threads", "1", "--memory", "10M", "-o", "here.csv", folder=elsewhere)
    assert (elsewhere / "here.csv").read_bytes() == results


CHANGES = {
    "a row less": (lambda text: text[:text.rindex("\n", 0, -1) + 1], "it has 4600 rows, the study's had 4601"),
    "a column renamed": (lambda text: text.replace('"make"', '"made"', 1), "feature columns are others"),
    "a column less": (lambda text: "".join(line.split(",", 1)[1] + "\n" for line in text.splitlines()), "feature columns are others"),
    "a class renamed": (lambda text: text.replace('"spam"', '"junk"'), "its target has other classes"),
    "a label": (lambda text: text[:text.rindex('"nonspam"')] + '"spam"\n', "some values, labels or folds are not"),
    "a value": (lambda text: text.replace("\n0,", "\n77,", 1), "some values, labels or folds are not"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_resume_with_other_data_says_what_differs(warptune, data, finished, change):
    alter, message = CHANGES[change]
    (warptune.folder / "other.csv").write_text(alter((data / "spam.csv").read_text()))
    journal = finished[0][:len(finished[0]) // 2]
    (warptune.folder / "j.log").write_bytes(journal[:journal.rindex(b"\n") + 1])
    before = (warptune.folder / "j.log").read_bytes()
    done = warptune("resume", "j.log", "--data", "other.csv", "-o", "r.csv")
    assert done.returncode == 2
    assert done.stderr.startswith("warptune: other.csv is not the data that j.log was made from: ") and message in done.stderr
    assert (warptune.folder / "j.log").read_bytes() == before
    assert warptune.files() == ["j.log", "other.csv"]


def test_a_second_process_is_told_who_holds_the_journal(warptune, data):
    process = warptune.start("run", "--data", data / "spam.csv", *LONG, "--journal", "j.log")
    try:
        wait_for_trials(warptune, process)
        for arguments in (["resume", "j.log"], ["run", "--data", data / "spam.csv", *LONG, "--journal", "j.log"]):
            second = warptune(*arguments, "--results", "r.csv")
            assert second.returncode == 2
            assert f"j.log is in use by warptune process {process.pid}\n" in second.stderr and "hint: wait" in second.stderr
        assert warptune("top", "j.log").returncode == 0   # reading is free
        assert process.poll() is None
        assert set(warptune.files()) - {"j.log.lock"} == {"j.log", "j.log.running"}   # the lock of writers comes and goes
    finally:
        end(process)
    # It is dead: its lock is no obstacle, and its journal is not written over.
    done = warptune("run", "--data", data / "spam.csv", *LONG, "--journal", "j.log")
    assert done.returncode == 2 and "the journal j.log exists" in done.stderr and "warptune resume j.log" in done.stderr
    warptune.good("resume", "j.log", "--time-limit", "0.3s")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_an_interrupt_ends_within_a_second(warptune, data, number):
    for attempt in range(3):   # another process may keep the machine busy
        process = warptune.start("run", "--data", data / "spam.csv", *LONG, "--journal", "j.log", "--results", "r.csv", "--stats", "s.json")
        wait_for_trials(warptune, process)
        start = time.monotonic()
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
        seconds = time.monotonic() - start
        assert process.returncode == 130, errors
        # What is scored is shown and written, as at every end.
        assert re.match(r"rank  trial  (times  )?accuracy", output)
        assert errors.startswith("warptune: interrupted after ") and errors.endswith("  hint: go on with: warptune resume j.log\n")
        assert warptune.files() == ["j.log", "r.csv", "s.json"]
        scored = len(trial_lines((warptune.folder / "j.log").read_bytes()))
        assert f"interrupted after {scored} of {LONG_TRIALS} trials" in errors
        assert json.loads((warptune.folder / "s.json").read_text())["trials"] == scored
        assert (warptune.folder / "r.csv").read_text().count("\n") == scored + 1
        for name in warptune.files():
            (warptune.folder / name).unlink()
        if seconds < 1:
            return
    pytest.fail(f"ended after {seconds:.2f} s")


def test_an_interrupted_study_resumes_to_the_same_bytes(warptune, data, finished):
    interrupts = known = 0
    arguments = run_flags(data)
    while True:
        process = warptune.start(*arguments)
        if interrupts < 3:
            # One more than the runs before left: so this run is at work.
            wait_for_trials(warptune, process, known + 1)
            process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=60)[1]
        if process.returncode == 0:
            break
        known = len(trial_lines((warptune.folder / "j.log").read_bytes()))
        # When all is scored, a signal ends warptune as any program; resume then has only the results to write.
        assert process.returncode == 130 or known == TRIALS and process.returncode == -signal.SIGINT, errors
        interrupts = 3 if known == TRIALS else interrupts + 1
        arguments = ["resume", "j.log"]
    assert interrupts > 0
    assert (warptune.folder / "r.csv").read_bytes() == finished[1]
    assert len(trial_lines((warptune.folder / "j.log").read_bytes())) == TRIALS


def test_the_resume_command_can_be_copied(warptune, data, finished):
    flags = [flag for flag in FLAGS if flag != "--quiet"]
    done = warptune("run", "--data", data / "spam.csv", *flags, "--journal", "it's mine.log", "--time-limit", "0.01s")
    command = done.stderr.strip().rpartition("go on with: ")[2]
    assert command == "warptune resume 'it'\\''s mine.log'"
    command = command.replace("warptune", '"$0"', 1) + " --time-limit 1h"
    subprocess.run(["sh", "-c", command, warptune.program], cwd=warptune.folder, stdout=subprocess.DEVNULL, timeout=60, check=True)
    assert (warptune.folder / "r.csv").read_bytes() == finished[1]


def test_an_interrupt_without_a_journal(warptune, data):
    process = warptune.start("run", "--data", data / "spam.csv", *LONG, "--results", "r.csv", "--progress", "0.1")
    assert any(", best " in line for line in process.stderr)   # a trial has ended
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and "without --journal there is nothing to resume" in errors
    assert warptune.files() == ["r.csv"]


def test_the_time_limit_ends_a_study_that_can_be_resumed(warptune, data):
    start = time.monotonic()
    done = warptune.good("run", "--data", data / "spam.csv", *LONG, "--journal", "j.log", "--results", "r.csv", "--time-limit", "1s")
    assert 1 <= time.monotonic() - start < 10
    scored = len(trial_lines((warptune.folder / "j.log").read_bytes()))
    assert done.stderr == (f"warptune: the time limit ended the study after {scored} of {LONG_TRIALS} trials; go on with: "
                           "warptune resume j.log\n")
    first = (warptune.folder / "r.csv").read_text()
    assert first.count("\n") == scored + 1
    assert done.stdout.splitlines()[0].startswith("rank")
    warptune.good("resume", "j.log", "--time-limit", "1s")   # a limit is of one run
    assert len(trial_lines((warptune.folder / "j.log").read_bytes())) > scored
    # The trials are those of the same study when it is short.
    short = [flag if flag != str(LONG_TRIALS) else str(scored) for flag in LONG]
    warptune.good("run", "--data", data / "spam.csv", *short, "--results", "short.csv")
    rows = [{line.split(",")[1]: line.split(",")[2:-1] for line in text.splitlines()} for text in (first, (warptune.folder / "short.csv").read_text())]
    both = rows[0].keys() & rows[1].keys()   # trials that share a fit end together, whatever their numbers
    assert len(both) > 1 and all(rows[0][trial] == rows[1][trial] for trial in both)


def test_a_time_limit_before_the_first_trial(warptune, data):
    done = warptune("run", "--data", data / "spam.csv", "--target", "type", "-p", "n_estimators=9999", "--time-limit", "0.2s")
    assert done.returncode == 1 and "the time limit ended the study before its first trial" in done.stderr


def limited(bytes):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes, bytes))


def check_full(warptune, done, results, reason, remedy):
    assert done.returncode == 1
    assert done.stderr.startswith(f"warptune: cannot write the journal j.log: {reason}\n")
    assert done.stderr.endswith(f"  hint: {remedy}; it is intact up to its last whole line; go on with: warptune resume j.log\n")
    trials = trial_lines((warptune.folder / "j.log").read_bytes())
    assert 0 < len(trials) < TRIALS
    if (warptune.folder / "r.csv").exists():   # for it there was room: all that was scored, in the journal or not
        rows = {line.split(",")[1] for line in (warptune.folder / "r.csv").read_text().splitlines()[1:]}
        assert rows >= {str(trial["user_attrs"]["warptune:trial"]) for trial in trials}
    assert warptune.good("top", "j.log").stdout.splitlines()[-1].startswith(f"{len(trials)} trials, ")
    # What fits is written, and nothing that is unfinished is left behind.
    assert set(warptune.files()) <= {"j.log", "r.csv"}
    warptune.good("resume", "j.log", "--results", "r.csv")
    assert (warptune.folder / "r.csv").read_bytes() == results


def test_a_file_limit_ends_a_study_that_can_be_resumed(warptune, data, finished):
    check_full(warptune, warptune(*run_flags(data), preexec_fn=limited(40000)), finished[1], "File too large",
               "allow larger files with ulimit -f")


def test_a_full_disk_ends_a_study_that_can_be_resumed(warptune, data, finished):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", warptune.folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("needs root and mount: " + mounted.stderr.decode().strip())
    try:
        done = warptune(*run_flags(data))
        subprocess.run(["mount", "-o", "remount,size=1m", warptune.folder], check=True) if done.returncode == 1 else None
        check_full(warptune, done, finished[1], "No space left on device", "make room on the disk")
    finally:
        subprocess.run(["umount", "-l", warptune.folder], check=True)


def test_no_room_for_a_header_or_the_results(warptune, data):
    done = warptune(*run_flags(data), preexec_fn=limited(300))
    assert done.returncode == 1 and "cannot write the journal j.log: File too large" in done.stderr
    assert warptune.files() == []
    (warptune.folder / "r.csv").write_text("precious\n")
    done = warptune("run", "--data", data / "spam.csv", *FLAGS, preexec_fn=limited(1000))
    assert done.returncode == 1 and "cannot write the results file r.csv: File too large" in done.stderr
    assert warptune.files() == ["r.csv"] and (warptune.folder / "r.csv").read_text() == "precious\n"


def test_a_journal_of_another_version_or_by_hand(warptune, finished):
    journal = finished[0]
    for old, new, message in [(b'"warptune:version":"', b'"warptune:version":"9', "was written by warptune 9"),
                              (b'"seed":3,"trials"', b'"seed":4,"trials"', "trial 0 is not the one that the study's seed gives"),
                              (b'"min_samples_leaf":', b'"min_samples_leaf":9999', "j.log:")]:
        changed = journal.replace(old, new)
        assert changed != journal
        (warptune.folder / "j.log").write_bytes(changed)
        done = warptune("resume", "j.log", "--results", "r.csv")
        assert done.returncode == 2 and message in done.stderr and "hint: " in done.stderr, done.stderr
        assert (warptune.folder / "j.log").read_bytes() == changed
        assert warptune.files() == ["j.log"]


def test_optuna_opens_the_journal(warptune, finished):
    storages = peer("optuna.storages")
    from optuna.storages.journal import JournalFileBackend
    (warptune.folder / "j.log").write_bytes(finished[0])
    storage = storages.JournalStorage(JournalFileBackend(str(warptune.folder / "j.log")))
    (study,) = storage.get_all_studies()
    trials = storage.get_all_trials(study._study_id)
    rows = [line.split(",") for line in finished[1].decode().splitlines()[1:]]
    ours = {(str(trial.user_attrs["warptune:trial"]), str(trial.value)) for trial in trials}
    assert ours == {(row[1], row[2]) for row in rows}
    assert [trial.number for trial in trials] == list(range(TRIALS))   # its own numbers are by line: the order of ending


def test_any_set_of_trials_in_any_order_goes_on_to_the_same_bytes(warptune, finished):
    journal, results = finished
    first = header_bytes(journal)
    lines = journal[first:].splitlines(keepends=True)
    moments = random.Random(7)
    for kept in (1, TRIALS // 3, TRIALS - 1, TRIALS):
        (warptune.folder / "j.log").write_bytes(journal[:first] + b"".join(moments.sample(lines, kept)))
        warptune.good("resume", "j.log", "-o", "r.csv")
        assert (warptune.folder / "r.csv").read_bytes() == results
        trials = trial_lines((warptune.folder / "j.log").read_bytes())
        assert sorted(trial["user_attrs"]["warptune:trial"] for trial in trials) == list(range(TRIALS))


SLOW_FIRST = """
import os, time, warptune_worker

@warptune_worker.main
def train(params, data):
    if params["x"] == 0:   # the slow one ends when it is let go
        while not os.path.exists("go"):
            time.sleep(0.01)
    return params["x"] / 1000
"""


def slow_study(warptune, data, *more):
    (warptune.folder / "slow.py").write_text(SLOW_FIRST)
    values = ",".join(map(str, range(300)))
    return ["run", "--data", data / "spam.csv", "--target", "type", "--model", "command", "--command",
            f"{sys.executable} slow.py", "-p", f"x=choice({values})", "--sampler", "grid", "--workers", "2",
            "--journal", "j.log", "--results", "r.csv", *more]


def test_a_slow_first_trial_holds_nothing_back(warptune, data):
    """299 trials behind one that does not end: they are in the journal, kill -9 loses none, and resume trains one."""
    process = warptune.start(*slow_study(warptune, data))
    wait_for_trials(warptune, process, 299)
    end(process)
    numbers = [trial["user_attrs"]["warptune:trial"] for trial in trial_lines((warptune.folder / "j.log").read_bytes())]
    assert sorted(numbers) == list(range(1, 300))
    (warptune.folder / "go").touch()
    done = warptune.good("resume", "j.log", "--stats", "s.json")
    assert json.loads((warptune.folder / "s.json").read_text())["trials"] == 1
    assert "300 trials" in done.stdout
    resumed = (warptune.folder / "r.csv").read_bytes()
    (warptune.folder / "j.log").unlink()
    warptune.good(*slow_study(warptune, data))
    assert (warptune.folder / "r.csv").read_bytes() == resumed


def test_a_time_limit_keeps_what_ended_behind_a_slow_trial(warptune, data):
    done = warptune.good(*slow_study(warptune, data, "--time-limit", "6s", "--quiet"))
    scored = (warptune.folder / "r.csv").read_text().count("\n") - 1
    assert scored > 0 and f"after {scored} of 300 trials" in done.stderr   # quiet, too: the results are not the study's


def test_more_trials_of_the_same_study(warptune, data):
    flags = ["--data", data / "blog.csv", "--target", "target", "-p", "n_estimators=int(5,30)", "-p", "max_depth=int(2,5)", "--seed", "4"]
    warptune.good("run", *flags, "-n", "30", "--results", "all.csv")
    warptune.good("run", *flags, "-n", "10", "--journal", "j.log")
    warptune.good("resume", "j.log", "--trials", "20")
    done = warptune("resume", "j.log", "--trials", "19")
    assert done.returncode == 2 and "the study has 20 trials already" in done.stderr
    warptune.good("resume", "j.log", "--trials", "30", "--results", "r.csv")
    assert (warptune.folder / "r.csv").read_bytes() == (warptune.folder / "all.csv").read_bytes()
    assert "30 trials" in warptune.good("resume", "j.log").stdout


def test_failed_trials_are_tried_again(warptune, data):
    (warptune.folder / "flaky.py").write_text("""
import os, warptune_worker

@warptune_worker.main
def train(params, data):
    if params["x"] % 2 and not os.path.exists("go"):
        raise RuntimeError("not yet")
    return params["x"] / 10
""")
    warptune.good("run", "--data", data / "spam.csv", "--target", "type", "--model", "command", "--command",
                  f"{sys.executable} flaky.py", "-p", "x=choice(0,1,2,3)", "--sampler", "grid", "--workers", "1", "--journal", "j.log")
    (warptune.folder / "go").touch()
    assert "(2 failed)" in warptune.good("resume", "j.log").stdout
    done = warptune.good("resume", "j.log", "--retry-failed", "--results", "r.csv")
    assert "failed" not in done.stdout and (warptune.folder / "r.csv").read_text().count("\n") == 5
    assert "failed" not in warptune.good("top", "j.log").stdout


def test_optuna_may_write_while_a_study_runs(warptune, data):
    storages = peer("optuna.storages")
    from optuna.storages.journal import JournalFileBackend
    process = warptune.start(*slow_study(warptune, data))
    try:
        wait_for_trials(warptune, process, 10)
        storage = storages.JournalStorage(JournalFileBackend(str(warptune.folder / "j.log")))
        (study,) = storage.get_all_studies()
        storage.set_study_user_attr(study._study_id, "note", "seen")   # waited for the study's end before
        assert process.poll() is None
        storage.create_new_trial(study._study_id)
        (warptune.folder / "go").touch()
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 0 and "300 trials" in output, errors
    finally:
        end(process)
    top = warptune.good("top", "j.log")
    assert "300 trials" in top.stdout and "another program added 1 trial to the study" in top.stderr


def test_a_header_that_was_cut_says_what_it_is(warptune, finished):
    journal = finished[0]
    for at in (20, header_bytes(journal) // 2, header_bytes(journal) - 1):
        (warptune.folder / "j.log").write_bytes(journal[:at])
        done = warptune("resume", "j.log")
        assert done.returncode == 2 and "before its first trial" in done.stderr
        assert "nothing was scored: delete j.log and start the study again" in done.stderr
