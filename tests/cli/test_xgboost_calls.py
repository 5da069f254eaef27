"""What warptune asks of XGBoost, by a library that writes it down: GPUs by name, shared matrices, threads, memory."""

import collections
import os
import re

import pytest

SPACE = ["-p", "n_estimators=int(2,6)", "-p", "eta=float(0.1,0.5)"]


@pytest.fixture
def recorded(warptune, data):
    """Runs a study against the recording library: the finished process and its calls as (thread, function, rest)."""
    library = os.environ.get("WARPTUNE_RECORDING")
    if not library:
        pytest.fail("WARPTUNE_RECORDING must name the recording library")
    os.symlink(library, warptune.folder / "libcuda.so.1")

    def run(*flags, expect=0, folds=2, trials=8, **environment):
        calls = warptune.folder / "calls"
        done = warptune("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "xgboost", *SPACE, "-n", trials,
                        "--folds", folds, "--results", "r.csv", "--stats", "s.json", *flags,
                        env={"WARPTUNE_XGBOOST": library, "LD_LIBRARY_PATH": str(warptune.folder), "RECORD": str(calls), **environment})
        assert done.returncode == expect, done.stderr
        lines = calls.read_text().splitlines() if calls.exists() else []
        return done, [(int(t), f, rest) for t, f, rest in (re.fullmatch(r"(\d+) (\w+) ?(.*)", line).groups() for line in lines)]
    return run


def settings_of(calls, booster):
    return dict(rest.split(" ", 1)[1].split("=", 1) for _, f, rest in calls if f == "set" and rest.split()[0] == booster)


def boosters(calls):
    return [rest.split()[0] for _, f, rest in calls if f == "booster"]


@pytest.mark.parametrize(("version", "expected"), [
    ("1.7.4", {"cuda:0": {"tree_method": "gpu_hist", "gpu_id": "0"}, "cuda:1": {"tree_method": "gpu_hist", "gpu_id": "1"}}),
    ("2.1.0", {"cuda:0": {"tree_method": "hist", "device": "cuda:0"}, "cuda:1": {"tree_method": "hist", "device": "cuda:1"}}),
    ("3.2.0", {"cuda:0": {"tree_method": "hist", "device": "cuda:0"}, "cuda:1": {"tree_method": "hist", "device": "cuda:1"}})])
def test_gpus_have_the_names_of_the_version(recorded, version, expected):
    _, calls = recorded("--device", "cuda:0,1", RECORD_VERSION=version, RECORD_GPUS="2")
    seen = [{k: v for k, v in settings_of(calls, b).items() if k in ("tree_method", "device", "gpu_id")} for b in boosters(calls)]
    assert all(settings in expected.values() for settings in seen)
    assert all(settings in seen for settings in expected.values())   # both GPUs took part
    assert all(("use_cuda_async_pool" in rest) == (version == "3.2.0") for _, f, rest in calls if f == "global")


def test_auto_takes_the_gpus_and_says_so(recorded):
    done, calls = recorded(RECORD_GPUS="1")
    assert "running on GPUs 0" in done.stderr
    assert {settings_of(calls, b)["device"] for b in boosters(calls)} == {"cuda:0"}
    done, calls = recorded(RECORD_GPUS="1", RECORD_CUDA="0")
    assert "running on the CPU: XGBoost 3.2.0 was built without CUDA" in done.stderr
    assert {settings_of(calls, b)["device"] for b in boosters(calls)} == {"cpu"}


def test_a_build_without_cuda_and_a_gpu_that_is_not_there_are_errors(recorded):
    done, calls = recorded("--device", "cuda", RECORD_GPUS="1", RECORD_CUDA="0", expect=3)
    assert "built without CUDA" in done.stderr and not boosters(calls)
    done, calls = recorded("--device", "cuda:1", RECORD_GPUS="1", expect=3)
    assert "there is no GPU 1" in done.stderr and not boosters(calls)


def test_one_pair_of_matrices_for_each_gpu_and_fold(recorded):
    _, calls = recorded("--device", "cuda", "--streams", 3, trials=30, RECORD_GPUS="2")
    matrices = [rest for _, f, rest in calls if f == "matrix"]
    assert len(matrices) == 2 * 2 * 2   # training and validation, of 2 folds, on 2 GPUs
    assert sum(" of " in rest for rest in matrices) == 4   # validation bins are the training's


def test_each_booster_stays_on_one_thread_and_matrices_are_warm_before_they_are_shared(recorded):
    _, calls = recorded("--threads", 3, "--device", "cpu", trials=40)
    threads = collections.defaultdict(set)
    for thread, function, rest in calls:
        if function in ("booster", "set", "update", "evaluate", "free"):
            threads[rest.split()[0]].add(thread)
    assert all(len(of_booster) == 1 for of_booster in threads.values())
    assert len({thread for of_booster in threads.values() for thread in of_booster}) == 3
    for _, function, rest in calls:
        if function != "matrix" or " of " in rest:
            continue
        matrix = rest.split()[0]
        users = [i for i, (_, f, r) in enumerate(calls) if f == "booster" and r.endswith(f" on {matrix}")]
        first = calls[users[0]][2].split()[0]
        ended = next(i for i, (_, f, r) in enumerate(calls) if f == "free" and r == first)
        assert users[1] > ended   # the first one trained and was scored alone
        assert [(f, r.split()[1]) for _, f, r in calls if f in ("update", "evaluate") and r.split()[0] == first] == [
            ("update", "0"), ("evaluate", "0")]


def test_fewer_boosters_at_once_when_memory_runs_out(recorded, warptune):
    recorded("--threads", 6, "--device", "cpu", trials=40)
    whole = (warptune.folder / "r.csv").read_bytes()
    done, calls = recorded("--threads", 6, "--device", "cpu", trials=40, RECORD_MEMORY="2")
    assert (warptune.folder / "r.csv").read_bytes() == whole   # no trial was lost
    full = [i for i, (_, f, _) in enumerate(calls) if f == "full"]
    assert full and full[-1] < len(calls) / 2   # not again and again


def most_at_once(calls):
    """Boosters that were in flight together, at most: from their first round until they are freed."""
    inside, most = set(), 0
    for _, function, rest in calls:
        booster = rest.split()[0] if rest else ""
        if function == "update":
            inside.add(booster)
        elif function == "free":
            inside.discard(booster)
        most = max(most, len(inside))
    return most


# A booster on pima is expected to need 64 MiB, 28 KB for rows, and for depth 6 histograms of 63 nodes x 8 x 256 bins x 16
# bytes: 69.2 million. Of what is free nine tenths are used, less 0.1 million for matrices.
@pytest.mark.parametrize(("free", "at_once"), [("80000000000", 4), ("240000000", 3), ("100000000", 1), ("1000", 1)])
def test_no_more_boosters_on_a_gpu_than_it_is_expected_to_have_room_for(recorded, warptune, free, at_once):
    recorded("--device", "cpu", trials=40)
    whole = (warptune.folder / "r.csv").read_bytes()
    done, calls = recorded("--device", "cuda", "--streams", 4, trials=40, RECORD_GPUS="1", RECORD_FREE=free)
    assert most_at_once(calls) == at_once
    noted = [line for line in done.stderr.splitlines() if "no room for more than" in line]
    assert len(noted) == (at_once < 4)
    if noted:
        assert f"XGBoost 3.2.0 on cuda:0: no room for more than {at_once} at once" in noted[0]
        assert "expected to need 69 MB" in noted[0]
    assert (warptune.folder / "r.csv").read_bytes() == whole


def test_each_gpu_has_its_own_room(recorded):
    _, calls = recorded("--device", "cuda", "--streams", 4, trials=40, RECORD_GPUS="2", RECORD_FREE="170000000")
    for device in ("cuda:0", "cuda:1"):
        there = {b for b in boosters(calls) if settings_of(calls, b)["device"] == device}
        assert most_at_once([call for call in calls if call[2].split()[:1] and call[2].split()[0] in there]) == 2


@pytest.mark.parametrize(("version", "depth", "cached"), [
    ("2.1.0", 6, None), ("3.0.0", 3, "64"), ("3.2.0", 7, "127"), ("3.2.0", 12, "256")])
def test_histograms_of_a_gpu_are_bounded_where_the_version_can(recorded, version, depth, cached):
    _, calls = recorded("--device", "cuda", "-p", f"max_depth={depth}", RECORD_GPUS="1", RECORD_VERSION=version)
    assert {settings_of(calls, b).get("max_cached_hist_node") for b in boosters(calls)} == {cached}
    _, calls = recorded("--device", "cuda", "--set", "max_cached_hist_node=99", RECORD_GPUS="1", RECORD_VERSION=version)
    assert {settings_of(calls, b)["max_cached_hist_node"] for b in boosters(calls)} == {"99"}
    _, calls = recorded("--device", "cpu", RECORD_VERSION=version)
    assert all("max_cached_hist_node" not in settings_of(calls, b) for b in boosters(calls))


def test_a_booster_that_never_fits_ends_the_study(recorded):
    done, _ = recorded("--threads", 2, "--device", "cpu", RECORD_MEMORY="0", expect=3)
    assert "out of memory" in done.stderr


def test_a_score_that_is_no_number_fails_the_trial(recorded):
    done, _ = recorded("--device", "cpu", RECORD_SCORE="nan", expect=1)
    assert "no trial could be scored" in done.stderr and "nan" in done.stderr


def test_an_old_library_is_an_error(recorded):
    done, calls = recorded(RECORD_VERSION="1.6.2", expect=2)
    assert "XGBoost 1.6.2" in done.stderr and not boosters(calls)
