"""What warptune asks of XGBoost alone: GPUs by name, shared matrices and their warm-up, room on a GPU, versions."""

import pytest

from trainer_calls import xgboost_study as recorded  # noqa: F401


@pytest.mark.parametrize(("version", "expected"), [
    ("1.7.4", {"cuda:0": {"tree_method": "gpu_hist", "gpu_id": "0"}, "cuda:1": {"tree_method": "gpu_hist", "gpu_id": "1"}}),
    ("2.1.0", {"cuda:0": {"tree_method": "hist", "device": "cuda:0"}, "cuda:1": {"tree_method": "hist", "device": "cuda:1"}}),
    ("3.2.0", {"cuda:0": {"tree_method": "hist", "device": "cuda:0"}, "cuda:1": {"tree_method": "hist", "device": "cuda:1"}})])
def test_gpus_have_the_names_of_the_version(recorded, version, expected):
    _, calls = recorded("--device", "cuda:0,1", RECORD_VERSION=version, RECORD_GPUS="2")
    seen = [{k: v for k, v in settings.items() if k in ("tree_method", "device", "gpu_id")} for settings in calls.boosters().values()]
    assert all(settings in expected.values() for settings in seen)
    assert all(settings in seen for settings in expected.values())   # both GPUs took part
    assert calls.of("global")
    assert all(("use_cuda_async_pool" in "".join(words)) == (version == "3.2.0") for words in calls.of("global"))


def test_one_pair_of_matrices_for_each_gpu_and_fold(recorded):
    _, calls = recorded("--device", "cuda", "--streams", 3, trials=30, RECORD_GPUS="2")
    matrices = calls.of("matrix")
    assert len(matrices) == 2 * 2 * 2   # training and validation, of 2 folds, on 2 GPUs
    assert sum(words[1] == "of" for words in matrices) == 4   # validation bins are the training's


def test_matrices_are_warm_before_they_are_shared(recorded):
    _, calls = recorded("--threads", 3, "--device", "cpu", trials=40)
    for words in calls.of("matrix"):
        if words[1] == "of":
            continue
        users = [(i, w[0]) for i, (_, f, w) in enumerate(calls.all) if f == "booster" and w[1:] == ["on", words[0]]]
        first = users[0][1]
        ended = next(i for i, (_, f, w) in enumerate(calls.all) if f == "free" and w == [first])
        assert users[1][0] > ended   # the first one trained and was scored alone
        assert [(f, w[1]) for _, f, w in calls.all if f in ("update", "evaluate") and w[0] == first] == [
            ("update", "0"), ("evaluate", "0")]


# A booster on pima is expected to need 64 MiB, 28 KB for rows, and for depth 6 histograms of 63 nodes x 8 x 256 bins x 16
# bytes: 69.2 million. Of what is free nine tenths are used, less 0.1 million for matrices.
@pytest.mark.parametrize(("free", "at_once"), [("80000000000", 4), ("240000000", 3), ("100000000", 1), ("1000", 1)])
def test_no_more_boosters_on_a_gpu_than_it_is_expected_to_have_room_for(recorded, warptune, free, at_once):
    recorded("--device", "cpu", trials=40)
    whole = (warptune.folder / "r.csv").read_bytes()
    done, calls = recorded("--device", "cuda", "--streams", 4, trials=40, RECORD_GPUS="1", RECORD_FREE=free)
    assert calls.most_at_once() == at_once
    noted = [line for line in done.stderr.splitlines() if "no room for more than" in line]
    assert len(noted) == (at_once < 4)
    if noted:
        assert f"XGBoost 3.2.0 on cuda:0: no room for more than {at_once} at once" in noted[0]
        assert "expected to need 69 MB" in noted[0]
    assert (warptune.folder / "r.csv").read_bytes() == whole


def test_the_user_may_allow_less_memory(recorded):
    done, calls = recorded("--device", "cuda", "--streams", 4, "--memory", "150M", trials=40, RECORD_GPUS="1")
    assert calls.most_at_once() == 2
    assert "--memory" not in done.stderr
    done, _ = recorded("--device", "cpu", "--memory", "150M")
    assert "--memory bounds XGBoost's boosters on GPUs only, not what xgboost takes here" in done.stderr


def test_each_gpu_has_its_own_room(recorded):
    _, calls = recorded("--device", "cuda", "--streams", 4, trials=40, RECORD_GPUS="2", RECORD_FREE="170000000")
    for device in ("cuda:0", "cuda:1"):
        assert calls.most_at_once({name for name, settings in calls.boosters().items() if settings["device"] == device}) == 2


@pytest.mark.parametrize(("version", "depth", "cached"), [
    ("2.1.0", 6, None), ("3.0.0", 3, "64"), ("3.2.0", 7, "127"), ("3.2.0", 12, "256")])
def test_histograms_of_a_gpu_are_bounded_where_the_version_can(recorded, version, depth, cached):
    def values(*flags, **environment):
        _, calls = recorded("-p", f"max_depth={depth}", *flags, RECORD_GPUS="1", RECORD_VERSION=version, **environment)
        return {settings.get("max_cached_hist_node") for settings in calls.boosters().values()}
    assert values("--device", "cuda") == {cached}
    assert values("--device", "cuda", "--set", "max_cached_hist_node=99") == {"99"}
    assert values("--device", "cpu") == {None}


def test_an_old_library_is_an_error(recorded):
    done, calls = recorded(RECORD_VERSION="1.6.2", expect=2)
    assert "XGBoost 1.6.2" in done.stderr and not calls.boosters()
