"""What XGBoost and LightGBM are asked for alike: GPUs or none, threads, memory that runs out, scores that are none."""

import pytest

from trainer_calls import lightgbm_study, xgboost_study  # noqa: F401


@pytest.fixture(params=["xgboost", "lightgbm"])
def recorded(request):
    return request.getfixturevalue(f"{request.param}_study")


def on_gpu(settings):
    return settings.get("device", settings.get("device_type", "cpu")).startswith("cuda")


def test_auto_takes_the_gpus_and_says_so(recorded):
    done, calls = recorded(RECORD_GPUS="1")
    assert "running on GPUs 0" in done.stderr
    assert calls.boosters() and all(map(on_gpu, calls.boosters().values()))
    done, calls = recorded(RECORD_GPUS="1", cuda=False)
    assert "running on the CPU: " in done.stderr and " was built without CUDA" in done.stderr
    assert calls.boosters() and not any(map(on_gpu, calls.boosters().values()))


def test_a_build_without_cuda_and_a_gpu_that_is_not_there_are_errors(recorded):
    done, calls = recorded("--device", "cuda", RECORD_GPUS="1", cuda=False, expect=3)
    assert "built without CUDA" in done.stderr and not calls.boosters()
    done, calls = recorded("--device", "cuda:1", RECORD_GPUS="1", expect=3)
    assert "there is no GPU 1" in done.stderr and not calls.boosters()


def test_each_booster_stays_on_one_thread_and_is_freed(recorded):
    _, calls = recorded("--threads", 3, "--device", "cpu", trials=40)
    threads = calls.threads("booster", "set", "validation", "update", "evaluate", "free")
    assert all(len(of_booster) == 1 for of_booster in threads.values())
    assert len(set.union(*threads.values())) == 3
    assert sorted(words[0] for words in calls.of("free")) == sorted(calls.boosters())


def test_fewer_boosters_at_once_when_memory_runs_out(recorded, warptune):
    recorded("--threads", 6, "--device", "cpu", trials=40)
    whole = (warptune.folder / "r.csv").read_bytes()
    _, calls = recorded("--threads", 6, "--device", "cpu", trials=40, RECORD_MEMORY="2")
    assert (warptune.folder / "r.csv").read_bytes() == whole   # no trial was lost
    full = [i for i, (_, function, _) in enumerate(calls.all) if function == "full"]
    assert full and full[-1] < len(calls.all) / 2   # not again and again


def test_a_booster_that_never_fits_ends_the_study(recorded):
    done, _ = recorded("--threads", 2, "--device", "cpu", RECORD_MEMORY="0", expect=1)
    assert "out of memory" in done.stderr and "; the smallest batch does not fit\n" in done.stderr
    assert "device" not in done.stderr   # the CPU has no other
    done, _ = recorded("--device", "cuda", RECORD_GPUS="1", RECORD_MEMORY="0", expect=3)
    assert "no device is left" in done.stderr


def test_a_score_that_is_no_number_fails_the_trial(recorded):
    done, _ = recorded("--device", "cpu", RECORD_SCORE="nan", expect=1)
    assert "no trial could be scored" in done.stderr and "nan" in done.stderr
