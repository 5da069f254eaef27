"""What a run costs in calls and bytes, as --stats and gpulab count it."""

import pytest

FITS = ["--param", "n_estimators=int(1,4)", "--param", "max_depth=int(1,5)", "--param", "max_features=choice(1,2,3,4,5,6)", "--seed", 2]


def run(cuda, *flags, devices=1):
    done = cuda("run", *flags, "--device", "cuda", "--stats", "s.json", "--results", "cuda.csv",
                lab=["--devices", devices, "--report", "report.json", "--strict"])
    assert done.returncode == 0, done.stderr
    return cuda.json("s.json")


@pytest.mark.parametrize("devices", [1, 2])
@pytest.mark.parametrize("flags", [
    ["--trials", 2, "--streams", 1], ["--trials", 60, "--streams", 3], ["--trials", 20, "--streams", 2, "--folds", 4],
], ids=str)
def test_the_dataset_goes_up_once_per_device(lab, table, devices, flags):
    stats = run(lab, *table("pima"), *FITS, *flags, devices=devices)
    assert 1 <= stats["uploads"] <= devices
    if stats["batches"] >= 8 * devices:   # enough for each to have had one
        assert stats["uploads"] == devices


def test_gpulab_counts_the_same(lab, table):
    before = []   # what happens before the fits: launches, bytes from the device
    for trials in (30, 60):
        stats = run(lab, *table("pima"), *FITS, "--trials", trials, "--streams", 2)
        report = lab.json("report.json")
        launches = sum(kernel["counters"]["launches"] for kernel in report["kernels"])
        drawn = trials * 3 * 8   # bytes: trials, parameters
        before.append((launches - stats["launches"], report["copies"]["D2H"]["bytes"] - stats["bytes_from_device"] - drawn))
        assert report["copies"]["H2D"]["bytes"] >= stats["bytes_to_device"]
    # The columns' sorting, which depends on the table alone, and one launch for the draws.
    assert before[0] == before[1]
    assert 5 <= before[0][0] <= 16
    assert before[0][1] <= 2 * 16 + 12 * 768 * 8   # counters; a value and a start for each distinct value


def test_scores_come_back_not_predictions(lab, table):
    stats = run(lab, *table("pima"), *FITS, "--trials", 30)
    assert stats["bytes_from_device"] <= 30 * 8   # one sum per trial


def test_a_batch_is_two_launches_whatever_its_trees(lab, table):
    few = run(lab, *table("pima"), "--param", "n_estimators=int(1,2)", "--param", "max_depth=int(1,5)", "--trials", 40)
    many = run(lab, *table("pima"), "--param", "n_estimators=int(10,20)", "--param", "max_depth=int(1,5)", "--trials", 40)
    assert few["launches"] == many["launches"] == 2
    assert many["trees"] > 5 * few["trees"]


def test_work_is_spread_over_devices_and_streams(lab, table):
    run(lab, *table("pima"), *FITS, "--trials", 60, "--streams", 2, devices=2)
    streams = lab.json("report.json")["launches_per_stream"]
    assert {name.split(" stream")[0] for name in streams} == {"device 0", "device 1"}
    assert len(streams) >= 4   # one of them drew the trials


def test_two_runs_in_one_folder_give_the_same_bytes(cuda, table):
    flags = [*table("five"), *FITS, "--trials", 20]
    run(cuda, *flags, "--streams", 3)
    first = cuda.results()
    run(cuda, *flags, "--streams", 3)
    assert cuda.results() == first


def test_batches_take_the_memory_of_those_before_them(lab, table):
    """After the first ones no allocation is left to fail: buffers are kept, and a little larger than they need to be."""
    done = lab("run", *table("pima"), "--param", "n_estimators=int(1,4)", "--param", "max_depth=int(1,7)", "--param",
               "max_features=int(1,8)", "--trials", 300, "--folds", 10, "--seed", 2, "--device", "cuda", "--streams", 1, "--memory", "300K",
               "--stats", "s.json", lab=["--fail", "malloc:16", "--strict"])
    assert done.returncode == 0, done.stderr
    stats = lab.json("s.json")
    assert stats["batches"] >= 8 and stats["batches_split"] == 0, stats
