"""Lines of progress, on a terminal and where there is none."""

import os
import pty
import re

import pytest

LINE = re.compile(r"^(?:\r\x1b\[K)?warptune: [\d,]+/500 trials(?:, best [\d.]+ \(trial \d+\))?(?:, [\d.e+-]+ trials/s, [\d:]+ left)?$")


@pytest.fixture
def flags(data):
    """A study that goes on for minutes, until its test has seen enough."""
    return ("run", "--data", data / "spam.csv", "--target", "type", "--trials", 500, "-p", "n_estimators=300",
            "-p", "max_samples=float(0.5,1)", "--device", "cpu", "--threads", 2)


def lines_until(process, enough):
    """Of standard error, until `enough` of them were read; then the study is ended."""
    lines = []
    for line in process.stderr:
        lines.append(line.rstrip("\n"))
        if len(lines) == enough:
            break
    process.terminate()
    rest = process.communicate(timeout=60)[1]
    assert process.returncode == 130, (lines, rest)
    return lines


def test_a_line_every_so_many_seconds(warptune, flags):
    for line in lines_until(warptune.start(*flags, "--progress", "0.2"), 3):
        assert LINE.match(line), line


def test_a_study_file_says_it_too(warptune, flags, data):
    (warptune.folder / "s.toml").write_text("[run]\nprogress = 0.2\n")
    for line in lines_until(warptune.start("run", "s.toml", *flags[1:]), 2):
        assert LINE.match(line), line


def test_it_is_of_one_run(warptune, flags):
    lines_until(warptune.start(*flags, "--journal", "j", "--progress", "0.2"), 1)
    assert "progress" not in (warptune.folder / "j").read_text()
    for line in lines_until(warptune.start("resume", "j", "--progress", "0.3"), 2):
        assert LINE.match(line), line


@pytest.mark.parametrize("more", [(), ("--progress", "auto"), ("--progress", "none"), ("--progress", "1h"),
                                  ("--progress", "0.1", "--quiet")])
def test_nothing_else_where_there_is_no_terminal(warptune, flags, more):
    """auto: the first line comes after a minute."""
    done = warptune(*flags, "--time-limit", "1s", *more)
    assert done.returncode in (0, 1)   # 1: a machine with other work ended no trial
    said = [line for line in done.stderr.splitlines() if "the time limit" not in line and not line.startswith("  hint")]
    assert said == []


@pytest.mark.parametrize("value, line", [("auto", b"\r\x1b[K0/500 trials"), ("0.2", b"\r\x1b[Kwarptune: ")])
def test_on_a_terminal(warptune, flags, value, line):
    outer, inner = pty.openpty()
    process = warptune.start(*flags, "--progress", value, stderr=inner, env=warptune.environment(TERM="xterm"))
    os.close(inner)
    said = b""
    while said.count(b"/500 trials") < 2:
        said += os.read(outer, 4096)
    process.terminate()
    process.communicate(timeout=60)
    os.close(outer)
    assert said.startswith(line), said
    assert (b"\n" in said) == (value != "auto"), said


def test_a_reader_that_does_not_read_holds_nothing_up(warptune, flags):
    """A full pipe, which blocks who writes to it."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    try:
        while True:
            os.write(write, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(write, True)
    process = warptune.start(*flags, "--progress", "0.1", "--journal", "j", stderr=write)
    journal = warptune.folder / "j"
    while not (journal.exists() and journal.read_bytes().count(b'"op_code":4') >= 8):
        assert process.poll() is None
    process.kill()
    process.wait(60)
    os.close(read)
    os.close(write)


@pytest.mark.parametrize("value, message, hint", [
    ("0", "progress must be auto, none or seconds, not 0", "as 60 or 5m"),
    ("-1", "progress must be auto, none or seconds, not -1", "as 60 or 5m"),
    ("nome", "progress must be auto, none or seconds, not nome", "did you mean none"),
    ("0.01", "every 0.01 seconds is too often", "0.1 or more"),
])
def test_what_is_no_progress(warptune, flags, value, message, hint):
    for command in (flags, ("resume", "j")):
        done = warptune(*command, f"--progress={value}")
        assert done.returncode == 2
        assert f"--progress {value}" in done.stderr and message in done.stderr and hint in done.stderr
