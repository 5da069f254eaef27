"""The process as its parent left it: descriptors, signals, limits, and who reads what it writes."""

import fcntl
import json
import os
import re
import select
import signal
import subprocess

import pytest

SMALL = ("--target", "target", "--trials", 4, "-p", "n_estimators=5", "-p", "max_depth=int(2,5)", "--threads", 2)


@pytest.fixture
def run(data):
    """The flags of a study of four trials that takes no time."""
    return ("run", "--data", data / "blog.csv", *SMALL)


def shell(warptune, script, *arguments, **options):
    """The program's command line in a shell's script, as "$@"."""
    return subprocess.run(["bash", "-c", script, "bash", warptune.program, *map(str, arguments)], cwd=warptune.folder,
                          env=warptune.environment(), text=True, capture_output=True, timeout=120, **options)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_files_of_ours(warptune, run, closed):
    done = shell(warptune, f'"$@" {closed}', *run, "--journal", "j", "--results", "r.csv")
    assert done.returncode == 0, done.stderr
    assert "4 trials" in warptune.good("top", "j").stdout
    assert "4 trials" in warptune.good("resume", "j").stdout
    assert all(json.loads(line) for line in (warptune.folder / "j").read_text().splitlines())


def test_messages_on_a_full_disk_are_dropped(warptune, run):
    done = shell(warptune, '"$@" 2>/dev/full', *run, "--journal", "j", "--results", "r.csv")
    assert done.returncode == 0
    assert "4 trials" in done.stdout
    done = shell(warptune, '"$@" 2>/dev/full', "run", "--data", "missing.csv", "--target", "y")
    assert done.returncode == 2   # the error's own code, though nobody can read it


def test_results_on_a_full_disk_are_an_error(warptune, run):
    done = shell(warptune, '"$@" >/dev/full', *run)
    assert done.returncode == 1
    assert "cannot write to standard output: No space left on device" in done.stderr


def test_a_reader_of_messages_that_ended_does_not_end_the_study(warptune, run):
    read, write = os.pipe()
    os.close(read)
    process = warptune.start(*run, "--journal", "j", stderr=write)
    os.close(write)
    assert "4 trials" in process.stdout.read()
    assert process.wait(60) == 0


def test_a_non_blocking_output_gets_every_byte(warptune, data):
    """CI systems make both streams non-blocking: 65,536 bytes fit, the rest has to wait for its reader."""
    run = ("run", "--data", data / "blog.csv", "--target", "target", "-p", "n_estimators=int(1,20)",
           "-p", "max_depth=int(2,3)", "-p", "min_impurity_decrease=float(0,0.1)", "--trials", 3000, "--top", 3000)
    expected = warptune.good(*run).stdout
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETFL, os.O_NONBLOCK)
    fcntl.fcntl(read, fcntl.F_SETPIPE_SZ, 4096)
    process = warptune.start(*run, stdout=write)
    os.close(write)
    select.select([read], [], [])   # the table has begun, and does not fit
    with open(read) as stream:
        got = stream.read()
    assert process.wait(60) == 0, process.stderr.read()
    assert len(got) > 65536
    assert got.splitlines()[:-1] == expected.splitlines()[:-1]   # the last line has seconds


def test_a_non_blocking_input_is_waited_for(warptune, data):
    read, write = os.pipe()
    os.set_blocking(read, False)
    process = warptune.start("run", "--data", "-", *SMALL, stdin=read)
    os.close(read)
    with open(write, "wb") as stream:
        stream.write((data / "blog.csv").read_bytes())
    out, messages = process.communicate(timeout=60)
    assert process.returncode == 0, messages
    assert "4 trials" in out


def started_with(warptune, prepare, *arguments):
    """The program as the child of a parent that called `prepare` before."""
    return warptune.start(*arguments, preexec_fn=prepare)


def long_run(data):
    return ("run", "--data", data / "blog.csv", "--target", "target", "--trials", 200, "-p", "n_estimators=15",
            "-p", "max_samples=float(0.1,0.9)", "--journal", "j", "--top", 1)   # each trial has a fit of its own


def wait_for_trials(warptune, process):
    journal = warptune.folder / "j"
    while not (journal.exists() and re.search(rb'"op_code": ?4', journal.read_bytes())):
        assert process.poll() is None, process.stderr.read()
    assert process.poll() is None, "it has ended before its signal: give it more to do"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_that_the_parent_ignored_stay_ignored(warptune, data, number):
    """A shell's & and nohup do that: Ctrl-C is for the foreground."""
    process = started_with(warptune, lambda: signal.signal(number, signal.SIG_IGN), *long_run(data))
    wait_for_trials(warptune, process)
    process.send_signal(number)
    out, messages = process.communicate(timeout=120)
    assert process.returncode == 0, messages
    assert "200 trials" in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU])
def test_signals_that_the_parent_blocked_reach_the_study(warptune, data, number):
    process = started_with(warptune, lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()),
                           *long_run(data))
    wait_for_trials(warptune, process)
    process.send_signal(number)
    _, messages = process.communicate(timeout=60)
    assert process.returncode == 130, messages
    assert "interrupted after" in messages


def test_workers_are_waited_for_where_the_parent_ignores_its_children(warptune, data):
    """With SIGCHLD ignored a child's exit code is lost: 3 was told as 0."""
    process = started_with(warptune, lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
                           "run", "--data", data / "blog.csv", "--target", "target", "--model", "command",
                           "--command", "exit 3", "-p", "a=int(1,9)", "--trials", 2)
    _, messages = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "exit code 3" in messages


def test_workers_get_no_signal_settings_of_ours(warptune, data):
    """Neither what our parent ignored nor what warptune ignores for itself."""
    script = "grep -E 'SigIgn|SigBlk' /proc/self/status >&2; exit 3"
    of_libc = 0x180000000   # 32 and 33, which no program may set
    for prepare in (lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
                    lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())):
        process = started_with(warptune, prepare, "run", "--data", data / "blog.csv", "--target", "target", "--model",
                               "command", "--command", script, "-p", "a=int(1,9)", "--trials", 2)
        _, messages = process.communicate(timeout=60)
        masks = re.findall(r"worker 0: Sig(?:Blk|Ign):\s*([0-9a-f]{16})", messages)
        assert [int(mask, 16) & ~of_libc for mask in masks] == [0, 0], messages
