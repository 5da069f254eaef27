"""What warptune asks of LightGBM alone: GPUs, shared Datasets, the process's threads, which rounds are scored."""

import collections
import shutil

from trainer_calls import lightgbm_study as recorded  # noqa: F401


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


def test_on_the_cpu_no_device_is_named(recorded):
    _, calls = recorded("--device", "cpu")
    assert all("device_type" not in settings for settings in calls.boosters().values())


def test_one_pair_of_datasets_for_each_gpu_and_fold_and_one_booster_at_a_time_on_each(recorded):
    _, calls = recorded("--device", "cuda", "--streams", 3, trials=30, RECORD_GPUS="2")
    datasets = calls.of("dataset")
    # On a busy machine one GPU may have work of one fold only, or none.
    of_gpu = collections.Counter(settings["gpu_device_id"] for settings in calls.settings("dataset"))
    assert of_gpu.keys() <= {"0", "1"} and set(of_gpu.values()) <= {2, 4}   # training and validation, of up to 2 folds
    assert len(datasets) >= 4
    assert 2 * sum(words[1] != "-" for words in datasets) == len(datasets)   # validation bins are the training's
    reference = {words[0]: words[1] for words in datasets}
    trains_on = {words[0]: words[1] for words in calls.of("booster")}
    assert all(reference[validation] == trains_on[booster] for booster, validation in calls.of("validation"))
    gpu_of = {name: settings["gpu_device_id"] for name, settings in calls.boosters().items()}
    there = collections.Counter()
    for _, function, words in calls.all:
        if function in ("booster", "free"):
            there[gpu_of[words[0]]] += 1 if function == "booster" else -1
            assert there[gpu_of[words[0]]] <= 1


def test_trainings_have_one_thread_each(recorded):
    _, calls = recorded("--threads", 3, "--device", "cpu", trials=40)
    assert calls.of("threads") == [["1"]]   # of the process, before anything else
    assert calls.all[0][1] == "threads"
    assert all(settings["num_threads"] == "1" for f in ("dataset", "booster") for settings in calls.settings(f))
    # LightGBM's log belongs to a thread.
    assert {thread for thread, function, _ in calls.all if function == "log"} == set.union(*calls.threads("update").values())
    assert len(calls.of("free_dataset")) == len(calls.of("dataset")) == 4


def test_only_rounds_that_count_are_scored(recorded):
    _, calls = recorded("--device", "cpu", trials=10)
    assert len(calls.of("evaluate")) == len(calls.of("booster"))   # the last one
    _, calls = recorded("--device", "cpu", "-p", "early_stopping_rounds=2", trials=10)
    assert len(calls.of("evaluate")) == len(calls.of("update"))


def test_conda_has_the_library_beside_its_others_and_the_version_in_the_package(recorded, warptune):
    lib = warptune.folder / "env" / "lib"
    package = lib / "python3.11" / "site-packages" / "lightgbm"
    package.mkdir(parents=True)
    (package / "VERSION.txt").write_text("4.9.9\n")
    shutil.copy(warptune.folder / "lib_lightgbm.so", lib / "lib_lightgbm.so")
    said = warptune.good("families", "lightgbm", env={"CONDA_PREFIX": str(warptune.folder / "env"), "VIRTUAL_ENV": ""}).stdout
    assert f"LightGBM 4.9.9, built without CUDA ({lib}/lib_lightgbm.so)" in said


def test_settings_that_do_nothing_are_noted(recorded):
    done, _ = recorded("--device", "cpu", "--set", "bagging_fraction=0.5", "--streams", 3)
    assert done.stderr.count("--set bagging_fraction does nothing") == 1
    assert done.stderr.count("--streams 3 does nothing here") == 1
    done, _ = recorded("--device", "cpu", "--set", "bagging_fraction=0.5", "--set", "bagging_freq=1")
    assert "does nothing" not in done.stderr
