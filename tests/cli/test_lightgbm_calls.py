"""What warptune asks of LightGBM, by a library that writes it down: GPUs, shared Datasets, threads, memory."""

import collections
import os
import re
import shutil

import pytest

SPACE = ["-p", "n_estimators=int(2,6)", "-p", "learning_rate=float(0.1,0.5)"]
WITHOUT_CUDA = b"CUDA Tree Learner was not enabled in this build.\nPlease recompile with CMake option -DUSE_CUDA=1"


class Calls:
    """(thread, function, words of the arguments), in order."""

    def __init__(self, path):
        lines = path.read_text().splitlines() if path.exists() else []
        self.all = [(int(thread), function, rest.split()) for thread, function, rest in
                    (re.fullmatch(r"(\d+) (\w+) ?(.*)", line).groups() for line in lines)]

    def of(self, function):
        return [words for _, f, words in self.all if f == function]

    def settings(self, function):
        """Of each call: a dictionary of its last arguments."""
        return [dict(word.split("=", 1) for word in words if "=" in word) for words in self.of(function)]


@pytest.fixture
def recorded(warptune, data):
    """Runs a study against the recording library: the finished process and its calls."""
    library = os.environ.get("WARPTUNE_RECORDING_LIGHTGBM")
    if not library:
        pytest.fail("WARPTUNE_RECORDING_LIGHTGBM must name the recording library")
    os.symlink(library, warptune.folder / "libcuda.so.1")
    # A build without CUDA is known by a sentence that it holds; behind the end of a library there is room for it.
    plain = warptune.folder / "lib_lightgbm.so"
    shutil.copy(library, plain)
    with open(plain, "ab") as file:
        file.write(WITHOUT_CUDA)

    def run(*flags, expect=0, folds=2, trials=8, cuda=True, **environment):
        calls = warptune.folder / "calls"
        calls.unlink(missing_ok=True)
        done = warptune("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "lightgbm", *SPACE, "-n", trials,
                        "--folds", folds, "--results", "r.csv", "--stats", "s.json", *flags,
                        env={"WARPTUNE_LIGHTGBM": library if cuda else str(plain), "LD_LIBRARY_PATH": str(warptune.folder),
                             "RECORD": str(calls), **environment})
        assert done.returncode == expect, done.stderr
        return done, Calls(calls)
    return run


def test_gpus_are_named_to_datasets_and_boosters(recorded):
    _, calls = recorded("--device", "cuda:0,1", RECORD_GPUS="2")
    for function in ("dataset", "booster"):
        seen = calls.settings(function)
        assert {settings["device_type"] for settings in seen} == {"cuda"}
        assert {settings["gpu_device_id"] for settings in seen} == {"0", "1"}
        assert not any("deterministic" in settings or "force_col_wise" in settings for settings in seen)
    device_of = {words[0]: settings["gpu_device_id"] for words, settings in zip(calls.of("dataset"), calls.settings("dataset"))}
    for words, settings in zip(calls.of("booster"), calls.settings("booster")):
        assert device_of[words[1]] == settings["gpu_device_id"]   # of the Dataset that it trains on


def test_auto_takes_the_gpus_and_says_so(recorded):
    done, calls = recorded(RECORD_GPUS="1")
    assert "running on GPUs 0" in done.stderr
    assert {settings["device_type"] for settings in calls.settings("booster")} == {"cuda"}
    done, calls = recorded(RECORD_GPUS="1", cuda=False)
    assert "running on the CPU: LightGBM 4.x was built without CUDA" in done.stderr
    assert all("device_type" not in settings for settings in calls.settings("booster"))


def test_a_build_without_cuda_and_a_gpu_that_is_not_there_are_errors(recorded):
    done, calls = recorded("--device", "cuda", RECORD_GPUS="1", cuda=False, expect=3)
    assert "built without CUDA" in done.stderr and not calls.of("booster")
    done, calls = recorded("--device", "cuda:1", RECORD_GPUS="1", expect=3)
    assert "there is no GPU 1" in done.stderr and not calls.of("booster")


def test_one_pair_of_datasets_for_each_gpu_and_fold_and_one_booster_at_a_time_on_each(recorded):
    _, calls = recorded("--device", "cuda", "--streams", 3, trials=30, RECORD_GPUS="2")
    datasets = calls.of("dataset")
    assert len(datasets) == 2 * 2 * 2   # training and validation, of 2 folds, on 2 GPUs
    assert sum(words[1] != "-" for words in datasets) == 4   # validation bins are the training's
    reference = {words[0]: words[1] for words in datasets}
    trains_on = {words[0]: words[1] for words in calls.of("booster")}
    assert all(reference[validation] == trains_on[booster] for booster, validation in calls.of("validation"))
    gpu_of = {words[0]: settings["gpu_device_id"] for words, settings in zip(calls.of("booster"), calls.settings("booster"))}
    there = collections.Counter()
    for _, function, words in calls.all:
        if function in ("booster", "free"):
            there[gpu_of[words[0]]] += 1 if function == "booster" else -1
            assert there[gpu_of[words[0]]] <= 1


def test_trainings_have_one_thread_each_and_stay_on_it(recorded):
    _, calls = recorded("--threads", 3, "--device", "cpu", trials=40)
    assert calls.of("threads") == [["1"]]   # of the process, before anything else
    assert calls.all[0][1] == "threads"
    assert all(settings["num_threads"] == "1" for f in ("dataset", "booster") for settings in calls.settings(f))
    threads = collections.defaultdict(set)
    for thread, function, words in calls.all:
        if function in ("booster", "validation", "update", "evaluate", "free"):
            threads[words[0]].add(thread)
    assert all(len(of_booster) == 1 for of_booster in threads.values())
    used = {thread for of_booster in threads.values() for thread in of_booster}
    assert len(used) == 3
    # LightGBM's log belongs to a thread.
    assert {thread for thread, function, _ in calls.all if function == "log"} == used
    assert sorted(words[0] for words in calls.of("free")) == sorted(words[0] for words in calls.of("booster"))
    assert len(calls.of("free_dataset")) == len(calls.of("dataset")) == 4


def test_only_rounds_that_count_are_scored(recorded):
    _, calls = recorded("--device", "cpu", trials=10)
    assert len(calls.of("evaluate")) == len(calls.of("booster"))   # the last one
    _, calls = recorded("--device", "cpu", "-p", "early_stopping_rounds=2", trials=10)
    assert len(calls.of("evaluate")) == len(calls.of("update"))


def test_fewer_boosters_at_once_when_memory_runs_out(recorded, warptune):
    recorded("--threads", 6, "--device", "cpu", trials=40)
    whole = (warptune.folder / "r.csv").read_bytes()
    _, calls = recorded("--threads", 6, "--device", "cpu", trials=40, RECORD_MEMORY="2")
    assert (warptune.folder / "r.csv").read_bytes() == whole   # no trial was lost
    full = [i for i, (_, function, _) in enumerate(calls.all) if function == "full"]
    assert full and full[-1] < len(calls.all) / 2   # not again and again


def test_a_booster_that_never_fits_ends_the_study(recorded):
    done, _ = recorded("--threads", 2, "--device", "cpu", RECORD_MEMORY="0", expect=3)
    assert "out of memory" in done.stderr


def test_a_score_that_is_no_number_fails_the_trial(recorded):
    done, _ = recorded("--device", "cpu", RECORD_SCORE="nan", expect=1)
    assert "no trial could be scored" in done.stderr and "nan" in done.stderr


def test_conda_has_the_library_beside_its_others_and_the_version_in_the_package(recorded, warptune):
    lib = warptune.folder / "env" / "lib"
    package = lib / "python3.11" / "site-packages" / "lightgbm"
    package.mkdir(parents=True)
    (package / "VERSION.txt").write_text("4.9.9\n")
    shutil.copy(warptune.folder / "lib_lightgbm.so", lib / "lib_lightgbm.so")
    said = warptune.good("families", "lightgbm", env={"CONDA_PREFIX": str(warptune.folder / "env"), "VIRTUAL_ENV": ""}).stdout
    assert f"LightGBM 4.9.9, built without CUDA ({lib}/lib_lightgbm.so)" in said
