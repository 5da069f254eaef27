"""Every failure that gpulab can inject ends in the right bytes, or in exit 3 with one message that names device and call
and a journal from which the study can be finished on the CPU."""

import re
import signal
import subprocess
import time

import pytest

# Six fits, so that two devices with two streams each have work.
SPACE = ["--param", "n_estimators=int(1,4)", "--param", "max_depth=int(1,5)", "--param", "max_features=choice(1,2,3,4,5,6)",
         "--trials", 16, "--seed", 3]
# A run in which a device call failed after the journal was begun has a call's name and its place in the message.
CALL = re.compile(r"warptune: cuda:\d: .*(cuda[A-Z]|cub::)[\w:]+\(.*\): .* \(\S+:\d+, device \d\)")


class Study:
    """One study on one machine, run again and again with another failure."""

    def __init__(self, cuda, flags, devices, streams):
        self.cuda, self.devices, self.flags = cuda, devices, flags
        self.run_flags = ["--device", "cuda", "--streams", streams, "--journal", "j.log", "--results", "cuda.csv", "--stats", "s.json"]
        self.whole = cuda.cpu(*flags)

    def fail(self, spec):
        """Runs with a failure and checks the end. Returns (exit code, whether the failure came)."""
        for name in ("j.log", "cuda.csv", "s.json", "report.json"):
            (self.cuda.folder / name).unlink(missing_ok=True)
        done = self.cuda("run", *self.flags, *self.run_flags, lab=["--devices", self.devices, "--fail", spec, "--report", "report.json"])
        errors = self.cuda.json("report.json")["api_errors"]
        if done.returncode == 0:
            assert self.cuda.results() == self.whole, spec
        else:
            assert done.returncode == 3, (spec, done.stderr)
            messages = [line for line in done.stderr.splitlines() if line.startswith("warptune: ")]
            assert CALL.match(messages[-1]), (spec, done.stderr)
            assert "  hint: " in done.stderr, (spec, done.stderr)
            self.check_part(spec)
            if (self.cuda.folder / "j.log").exists():   # else it failed while the columns were sorted or the trials drawn
                assert "warptune resume j.log --device cpu" in done.stderr, (spec, done.stderr)
                self.resume(spec)
        return done.returncode, bool(errors)

    def check_part(self, spec):
        """The results of a run that ended early: trials as the whole has them, but for their ranks, or no file."""
        if (self.cuda.folder / "cuda.csv").exists():
            part, whole = (sorted(line.split(b",", 1)[1] for line in rows.splitlines()) for rows in (self.cuda.results(), self.whole))
            assert set(part) < set(whole), spec

    def launches_before_fits(self):
        """Of the first device: those that sort the columns and draw the trials. It alone does that."""
        assert self.fail("launch:1000") == (0, False)
        launches = sum(kernel["counters"]["launches"] for kernel in self.cuda.json("report.json")["kernels"])
        return launches - self.cuda.json("s.json")["launches"]

    def resume(self, spec):
        resumed = self.cuda("resume", "j.log", "--device", "cpu", "--results", "cuda.csv")
        assert resumed.returncode == 0, (spec, resumed.stderr)
        assert self.cuda.results() == self.whole, spec

    def fail_each(self, kind):
        """Fails the 1st, 2nd, ... call until the run has no more; returns the exit codes."""
        codes = []
        for number in range(1, 200):
            code, came = self.fail(kind.format(number))
            if not came:
                assert code == 0
                return codes
            codes.append(code)
        raise AssertionError("the run does not end")


@pytest.fixture
def study(lab, table):
    return lambda devices, streams, *flags: Study(lab, [*table("pima"), *SPACE, *flags], devices, streams)


def test_each_device_allocation(study):
    codes = study(1, 1).fail_each("malloc:{}")
    # The draws' memory and the dataset's are needed; the one before, of the sorted columns, and all later ones are tried
    # again with less.
    assert codes[:3] == [0, 3, 3] and len(codes) >= 7 and set(codes[3:]) == {0}


def test_each_device_allocation_with_two_streams(study):
    codes = study(1, 2).fail_each("malloc:{}")
    assert codes[:2] == [0, 3] and set(codes[2:]) == {0}   # the other stream uploads the dataset


def test_each_allocation_of_pinned_memory(study):
    codes = study(1, 1).fail_each("hostmalloc:{}")
    assert codes[:2] == [0, 3] and len(codes) >= 4 and set(codes[2:]) == {0}   # columns, dataset


def test_each_launch(study):
    codes = study(1, 1).fail_each("launch:{}")
    assert len(codes) >= 3 and set(codes) == {3}   # the error stays with the only device


def test_each_copy(study):
    codes = study(1, 1).fail_each("memcpy:{}")
    assert len(codes) >= 5 and set(codes) == {3}


def test_each_launch_with_two_devices(study):
    s = study(2, 2)
    first = s.launches_before_fits()
    codes = s.fail_each("launch:{}")
    assert set(codes[:first]) == {3} and set(codes[first:]) == {0}   # of fits, the other device does the work


def test_a_device_is_lost_at_each_launch(study):
    codes = study(1, 2).fail_each("device:0@launch:{}")
    assert len(codes) >= 3 and set(codes) == {3}


@pytest.mark.parametrize("lost", [0, 1])
def test_one_of_two_devices_is_lost_at_each_launch(study, lost):
    s = study(2, 1)
    before = 0 if lost else s.launches_before_fits()
    codes = [s.fail(f"device:{lost}@launch:{before + number}")[0] for number in range(1, 7)]
    assert set(codes) == {0}


def test_both_devices_are_lost(study):
    s = study(2, 1)
    assert s.fail(f"device:0@launch:{s.launches_before_fits() + 1},device:1@launch:1")[0] == 3


def test_the_message_of_a_lost_device_comes_once(study):
    s = study(1, 3)
    first = s.launches_before_fits() + 1
    (s.cuda.folder / "j.log").unlink()
    done = s.cuda("run", *s.flags, *s.run_flags, lab=["--fail", f"launch:{first}"])
    assert done.returncode == 3
    assert done.stderr.count("an illegal memory access") == 1, done.stderr


def test_batches_are_halved_until_they_fit(study):
    s = study(1, 1)
    assert s.fail("malloc:>120K") == (0, True)
    assert s.cuda.json("s.json")["batches_split"] > 0


def test_a_batch_that_can_not_be_halved_is_tried_with_less_memory(lab, table):
    one_trial = [*table("pima"), "--param", "n_estimators=40", "--param", "max_depth=5", "--trials", 1]
    s = Study(lab, one_trial, 1, 1)
    assert s.fail("malloc:>120K") == (0, True)
    assert s.cuda.json("s.json")["batches_split"] == 0


def test_a_device_too_small_for_one_tree_is_an_error(study):
    code, came = study(1, 2).fail("malloc:>27K")   # the dataset fits, hardly more
    assert (code, came) == (3, True)


def test_a_device_too_small_for_the_dataset_is_an_error(study):
    code, came = study(1, 2).fail("malloc:>24K")
    assert (code, came) == (3, True)


def test_a_small_gpu(lab, table):
    flags = [*table("five"), *SPACE]
    done = lab("run", *flags, "--device", "cuda", "--results", "cuda.csv", lab=["--memory", "3M", "--check", "memory,races", "--strict"])
    assert done.returncode == 0, done.stderr
    assert lab.results() == lab.cpu(*flags)


def test_more_memory_for_the_dataset_than_allowed(lab, table):
    done = lab("run", *table("pima"), *SPACE, "--device", "cuda", "--memory", "20K")
    assert done.returncode == 3
    assert re.search(r"cuda:0: the dataset takes \d+ bytes of the device's memory, 20480 may be used\n  hint: give more with --memory",
                     done.stderr)


def test_no_device(lab, table):
    done = lab("run", *table("pima"), *SPACE, "--device", "cuda", "--journal", "j.log", lab=["--devices", 0])
    assert done.returncode == 3
    assert "no usable GPU" in done.stderr and "nvidia-smi" in done.stderr
    done = lab("run", *table("pima"), *SPACE, "--device", "cuda:1")
    assert done.returncode == 3 and "there is no GPU 1" in done.stderr


def test_interrupt(cuda, table):
    flags = [*table("blog"), "--param", "n_estimators=int(20,60)", "--param", "max_depth=int(2,6)", "--param",
             "max_features=choice(1,2,3,4)", "--trials", 60, "--seed", 1, "--folds", 3]
    process = cuda.start("run", *flags, "--device", "cuda", "--memory", "2M", "--journal", "j.log", "--results", "cuda.csv")
    try:
        journal = cuda.folder / "j.log"
        while process.poll() is None and not (journal.exists() and b'\n{"op_code":4' in journal.read_bytes()):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        asked = time.monotonic()
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    if process.returncode == 0:
        pytest.skip("the study ended before it could be interrupted: this machine is too fast for the test")
    assert process.returncode == 130, errors
    assert "warptune resume j.log" in errors
    # What was scored by then is in the journal and in the results.
    scored = journal.read_bytes().count(b'\n{"op_code":4')
    results = cuda.folder / "cuda.csv"
    assert (results.read_text().count("\n") - 1 if results.exists() else 0) == scored
    print(f"ended {time.monotonic() - asked:.2f} s after Ctrl-C")
    done = cuda("resume", "j.log", "--device", "cpu", "--results", "cuda.csv")
    assert done.returncode == 0, done.stderr
    assert cuda.results() == cuda.cpu(*flags)


# One launch for all trees, which takes the interpreter a minute.
LONG = ["--param", "n_estimators=1500", "--trials", 1, "--seed", 1]


def test_a_time_limit_ends_a_launch(lab, table):
    flags = [*table("blog"), *LONG]
    began = time.monotonic()
    done = lab("run", *flags, "--time-limit", "1s", "--device", "cuda", "--journal", "j.log", "--stats", "s.json", lab=["--strict"])
    took = time.monotonic() - began
    assert "warptune resume j.log" in done.stderr, done.stderr
    stats = lab.json("s.json")
    assert (stats["launches"], stats["trees"], stats["fits"]) == (2, 1500, 0)   # all trees were in one launch
    assert took < 20, f"ended {took:.1f} s after it began"
    resume_to_the_cpus_bytes(lab, flags)


def test_an_interrupt_inside_a_launch(lab, table):
    flags = [*table("blog"), *LONG]
    process = lab.start("run", *flags, "--device", "cuda", "--journal", "j.log")
    try:
        while process.poll() is None and not (lab.folder / "j.log").exists():   # it begins just before the first fit
            time.sleep(0.02)
        time.sleep(1)   # into the launch
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130 and "warptune resume j.log" in errors, errors
    resume_to_the_cpus_bytes(lab, flags)


def resume_to_the_cpus_bytes(cuda, flags):
    done = cuda("resume", "j.log", "--device", "cpu", "--results", "cuda.csv")
    assert done.returncode == 0, done.stderr
    assert cuda.results() == cuda.cpu(*flags)


def test_a_watchdog_ends_launches_that_take_long(lab, table, monkeypatch):
    """The same work goes on in halves, on one stream or on several of the device."""
    flags = [*table("pima"), "--param", "n_estimators=int(150,200)", "--param", "max_depth=int(4,6)", "--trials", 6, "--seed", 2,
             "--param", "max_features=choice(1,2,3)"]
    monkeypatch.setenv("GPULAB_MAX_INSTRUCTIONS", "200000")
    for streams in (1, 3):
        done = lab("run", *flags, "--device", "cuda", "--streams", streams, "--results", "cuda.csv", "--stats", "s.json")
        assert done.returncode == 0, done.stderr
        assert re.search(r"cuda:0: .*the launch timed out and was terminated.*; its launches have fewer trees from now on", done.stderr)
        assert done.stderr.count("timed out") == 1, done.stderr
        assert lab.results() == lab.cpu(*flags)


def test_where_a_watchdog_is_known_launches_begin_short(lab, table, refusing):
    """A tree for each block, then as many as took a while: the interpreter needs longer than a GPU may for all at once."""
    flags = [*table("pima"), "--param", "n_estimators=800", "--param", "max_depth=4", "--trials", 1]
    launches = []
    for settings in ("", "REFUSE_LONG=0"):
        command = [lab.program, "run", *flags, "--device", "cuda", "--results", "cuda.csv", "--stats", "s.json"]
        done = subprocess.run([f"{lab.gpulab}/gpulab", "--quiet", "--arch", "75", "--strict", "--", "sh", "-c",
                               f'LD_PRELOAD={refusing}:$LD_PRELOAD {settings} exec "$@"', "sh", *map(str, command)],
                              cwd=lab.folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert lab.results() == lab.cpu(*flags)
        launches.append(lab.json("s.json")["launches"])
    print(launches)
    assert launches[0] == 2 < launches[1]


def test_a_tree_that_takes_longer_than_the_watchdog_allows_is_an_error(lab, table, monkeypatch):
    monkeypatch.setenv("GPULAB_MAX_INSTRUCTIONS", "1000")
    done = lab("run", *table("pima"), "--param", "n_estimators=4", "--trials", 1, "--device", "cuda")
    assert done.returncode == 3 and "the launch timed out" in done.stderr, done.stderr


def test_the_message_says_whose_memory_is_full(study):
    s = study(1, 1)
    for spec, memory in (("hostmalloc:2", "bytes of the host's page-locked memory: cudaMallocHost"), ("malloc:3", "bytes do not fit: cudaMalloc")):
        (s.cuda.folder / "j.log").unlink(missing_ok=True)
        done = s.cuda("run", *s.flags, *s.run_flags, lab=["--fail", spec])
        assert done.returncode == 3 and memory in done.stderr, done.stderr
