"""Threads and memory where no flag says how many: those that the process may use, not the machine's."""

import os
import re
import resource

import pytest

ONE = min(os.sched_getaffinity(0))


def on_one_processor():
    os.sched_setaffinity(0, {ONE})


def with_limit(kind, megabytes):
    def limit():
        resource.setrlimit(kind, (megabytes << 20, megabytes << 20))
    return limit


@pytest.fixture
def machine():
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("with one processor nothing can be taken away")
    return len(os.sched_getaffinity(0))


def output(warptune, prepare, *arguments):
    process = warptune.start(*arguments, preexec_fn=prepare)
    out, messages = process.communicate(timeout=60)
    assert process.returncode == 0, messages
    return out


@pytest.mark.usefixtures("no_sanitizer")
def test_devices_says_what_allows_no_more(warptune, machine):
    assert re.match(r"cpu +1 thread \(affinity: 1 of \d+ processors\), ", output(warptune, on_one_processor, "devices"))
    for kind, flag in ((resource.RLIMIT_AS, "v"), (resource.RLIMIT_DATA, "d")):
        out = output(warptune, with_limit(kind, 200), "devices")
        found = re.search(r" (\d+)M of memory \(ulimit -(.) 204800\)", out)
        assert found and found[2] == flag, out
        assert 100 < int(found[1]) <= 200   # less what the process has


def test_a_study_takes_the_processors_that_are_its_own(warptune, data, machine):
    study = ("run", "--data", data / "blog.csv", "--target", "target", "--model", "command", "--command", "exit 3", "-p",
             "a=int(1,9)", "--trials", 9, "--dry-run")

    def workers(prepare, *flags):
        return int(re.search(r"at once +(\d+)", output(warptune, prepare, *study, *flags))[1])
    assert workers(None) >= 2
    assert workers(on_one_processor) == 1
    assert workers(on_one_processor, "--threads", 3) == 3   # what is asked for is taken


@pytest.mark.usefixtures("no_sanitizer")
def test_a_study_takes_half_of_the_memory_that_is_left(warptune, data):
    study = ("run", "--data", data / "blog.csv", "--target", "target", "--trials", 9, "--dry-run", "--threads", 1)

    def memory(prepare):
        return int(re.search(r"memory +(\d+) bytes", output(warptune, prepare, *study))[1])
    assert (64 << 20) <= memory(with_limit(resource.RLIMIT_AS, 300)) < (150 << 20)
    assert memory(None) > (150 << 20)


@pytest.mark.parametrize("flag", ["--threads", "-j", "--streams", "--workers", "--trials", "--folds", "--memory", "--time-limit",
                                  "--trial-timeout", "--start-timeout", "--max-bins", "--holdout", "--progress"])
def test_nought_is_refused(warptune, data, flag):
    """It meant "as many as there are" for some, and who divides his cores by something too large did not mean that."""
    done = warptune("run", "--data", data / "blog.csv", "--target", "target", f"{flag}=0" if flag.startswith("--") else f"{flag}0")
    assert done.returncode == 2
    name = "--threads" if flag == "-j" else flag
    assert done.stderr.startswith(f"warptune: {name} 0: ") and "\n  hint: " in done.stderr, done.stderr


@pytest.mark.parametrize("key", ["run.threads", "run.streams", "model.workers"])
def test_nought_is_refused_in_a_study_file(warptune, key):
    section, name = key.split(".")
    (warptune.folder / "s.toml").write_text(f"[{section}]\n{name} = 0\n")
    done = warptune("run", "s.toml")
    assert done.returncode == 2
    assert f"s.toml:2:{len(name) + 4}: {name} must be from 1 to" in done.stderr, done.stderr


def test_a_journal_without_a_number_of_threads_goes_on(warptune, data):
    """It has threads: 0, as those of earlier versions."""
    warptune.good("run", "--data", data / "blog.csv", "--target", "target", "--trials", 4, "-p", "n_estimators=int(1,9)",
                  "--journal", "j", "--quiet")
    assert '"threads":0' in (warptune.folder / "j").read_text()
    assert "6 trials" in warptune.good("resume", "j", "--trials", 6).stdout
    assert warptune("resume", "j", "--trials", 8, "--threads", 0).returncode == 2
