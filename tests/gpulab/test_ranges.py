"""One fit on several GPUs: its trees are cut into ranges that go on from each other's votes. The bytes are the CPU's, whatever
fails; every GPU has a range."""

import time

import pytest

from test_failures import Study, resume_to_the_cpus_bytes

ONE_FIT = {
    "two classes": ("pima", ["n_estimators=int(1,24)", "max_depth=int(1,6)"], []),
    "two classes, one structure": ("pima", ["n_estimators=int(1,24)", "max_depth=4"], []),
    "roc_auc": ("pima", ["n_estimators=int(1,24)", "max_depth=int(1,3)"], ["--metric", "roc_auc"]),
    "log_loss": ("pima", ["n_estimators=int(1,24)", "max_leaf_nodes=int(2,20)"], ["--metric", "log_loss"]),
    "five classes": ("five", ["n_estimators=int(1,24)", "max_depth=int(1,6)"], ["--metric", "balanced_accuracy"]),
    "a single length": ("five", ["n_estimators=24", "max_depth=int(1,6)"], ["--metric", "log_loss"]),   # ranges without a question
    "no depth limit": ("five", ["n_estimators=int(1,24)", "max_depth=choice(none,3)"], ["--model", "extra_trees"]),
    "two folds": ("pima", ["n_estimators=int(1,24)", "max_depth=int(1,6)"], ["--folds", 2]),
}
# (devices, streams per device, schedule, order, memory)
MACHINES = [
    (2, 1, "eager", "forward", "2G"),
    (3, 2, "lazy", "reverse", "2G"),
    (5, 1, "random:1", "random:3", "2G"),
    (3, 1, "random:2", "forward", "150K"),   # several waves a range
    (8, 2, "lazy", "forward", "2G"),
]


def study(table, name):
    table_name, parameters, flags = ONE_FIT[name]
    return [*table(table_name), *(word for p in parameters for word in ("--param", p)), "--trials", 40, "--seed", 5, *flags]


@pytest.mark.parametrize("name, machine", [(name, MACHINES[m % len(MACHINES)]) for i, name in enumerate(ONE_FIT) for m in (i, i + 2)],
                         ids=str)
def test_ranges_give_the_cpus_bytes(lab, table, name, machine):
    devices, streams, schedule, order, memory = machine
    flags = study(table, name)
    done = lab("run", *flags, "--device", "cuda", "--streams", streams, "--memory", memory, "--results", "cuda.csv", "--stats", "s.json",
               lab=["--devices", devices, "--schedule", schedule, "--order", order, "--check", "memory,races", "--strict"])
    assert done.returncode == 0, done.stderr
    assert lab.results() == lab.cpu(*flags)
    assert lab.json("s.json")["uploads"] == devices


def test_a_dry_run_says_how_many_ranges_there_are(lab, table):
    flags = study(table, "two classes")
    done = lab("run", *flags, "--device", "cuda", "--dry-run", lab=["--devices", 3])
    assert "  ranges        3 (devices share fits: each grows some of their trees)\n" in done.stdout
    assert "ranges" not in lab("run", *flags, "--device", "cuda", "--dry-run").stdout


@pytest.fixture
def failing(lab, table):
    return Study(lab, study(table, "two classes"), 3, 1)


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_device_with_a_range_is_lost_at_each_launch(failing, lost):
    before = failing.launches_before_fits() if lost == 0 else 0
    codes = [failing.fail(f"device:{lost}@launch:{before + number}")[0] for number in range(1, 5)]
    assert set(codes) == {0}


def test_two_of_three_devices_are_lost(failing):
    before = failing.launches_before_fits()
    assert failing.fail(f"device:0@launch:{before + 1},device:1@launch:2")[0] == 0
    assert failing.fail(f"device:1@launch:1,device:2@launch:2")[0] == 0


def test_all_devices_with_ranges_are_lost(failing):
    before = failing.launches_before_fits()
    assert failing.fail(f"device:0@launch:{before + 2},device:1@launch:2,device:2@launch:1")[0] == 3


def test_each_allocation_with_ranges(failing):
    codes = failing.fail_each("malloc:{}")
    assert codes[:2] == [0, 3] and set(codes[2:]) == {0}   # of the columns, of the draws; then of three devices


def test_each_copy_with_ranges(failing):
    """Of fits: the other devices do the work."""
    codes = failing.fail_each("memcpy:{}")
    first = codes.index(0)
    assert set(codes[first:]) == {0} and len(codes) - first > 10


def test_ranges_in_too_little_memory_are_halved(lab, table):
    few = Study(lab, study(table, "two classes"), 3, 1)
    assert few.fail("malloc:>100K") == (0, True)
    assert few.cuda.json("s.json")["batches_split"] > 0


def test_a_time_limit_ends_ranges_that_grow_and_that_wait(lab, table):
    flags = [*table("blog"), "--param", "n_estimators=1500", "--trials", 1, "--seed", 1]
    began = time.monotonic()
    done = lab("run", *flags, "--time-limit", "1s", "--device", "cuda", "--journal", "j.log", lab=["--strict", "--devices", 3])
    took = time.monotonic() - began
    assert "warptune resume j.log" in done.stderr, done.stderr
    assert took < 20, f"ended {took:.1f} s after it began"
    resume_to_the_cpus_bytes(lab, flags)


@pytest.mark.parametrize("devices, streams", [(2, 2), (2, 3), (3, 2)])
def test_a_watchdog_ends_a_range_that_others_wait_for(lab, table, monkeypatch, devices, streams):
    """Whoever waits on a device that is to be reset makes way."""
    flags = [*table("pima"), "--param", "n_estimators=int(150,200)", "--param", "max_depth=int(4,6)", "--param",
             "max_features=choice(1,2,3)", "--trials", 6, "--seed", 2]
    monkeypatch.setenv("GPULAB_MAX_INSTRUCTIONS", "200000")
    done = lab("run", *flags, "--device", "cuda", "--streams", streams, "--results", "cuda.csv", lab=["--devices", devices])
    assert done.returncode == 0, done.stderr
    assert "its launches have fewer trees from now on" in done.stderr
    assert lab.results() == lab.cpu(*flags)


def test_a_fit_is_counted_once(lab, table):
    done = lab("run", *study(table, "two folds"), "--device", "cuda", "--stats", "s.json", lab=["--devices", 4])
    assert done.returncode == 0, done.stderr
    assert (lab.json("s.json")["fits"], lab.json("s.json")["trees"]) == (2, 48)
