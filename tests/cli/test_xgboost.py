"""The family xgboost: scores are, to the last digit, those of Python's xgboost on the same rows with the same parameters."""

import json

import pytest
from peers import debian_library, peer

from trainer_reference import (PYTHON_CASES, goes_on_after_kill_9, gpu, other_library, read_results, shared, value_of,  # noqa: F401
                               with_folds)

numpy = peer("numpy")
xgboost = peer("xgboost")

from xgboost.libpath import find_lib_path  # noqa: E402

LIBRARY = find_lib_path()[0]
ENVIRONMENT = {"WARPTUNE_XGBOOST": LIBRARY}
SPACE = ["-p", "n_estimators=int(3,25)", "-p", "eta=log(0.05,0.5)", "-p", "max_depth=int(2,7)", "-p", "subsample=float(0.5,1)",
         "-p", "colsample_bytree=float(0.5,1)", "-p", "reg_lambda=float(0,3)"]
NAMES = {"reg_lambda": "lambda", "learning_rate": "eta"}


def reference(table, validation, metric, parameters, seed, rounds, patience=None):
    """The metric after `rounds` rounds (with patience: the best one, and its round) by Python's xgboost."""
    classes = len(table.classes)
    types = ["c" if categorical else "q" for categorical in table.categorical] if any(table.categorical) else None
    cells = table.cells.astype(numpy.float32)
    options = {"feature_types": types, "enable_categorical": types is not None, "max_bin": parameters.get("max_bin", 256)}
    train = xgboost.QuantileDMatrix(cells[~validation], table.labels[~validation], **options)
    valid = xgboost.QuantileDMatrix(cells[validation], table.labels[validation], ref=train, **options)
    name = {"log_loss": "logloss", "accuracy": "error", "roc_auc": "auc"}[metric]
    if classes > 2:
        name = "m" + name
    settings = {"objective": "binary:logistic" if classes == 2 else "multi:softprob", "eval_metric": name, "nthread": 1,
                "seed": seed, "tree_method": "hist", **parameters}
    if classes > 2:
        settings["num_class"] = classes
    results = {}
    booster = xgboost.train(settings, train, rounds, evals=[(valid, "v")], evals_result=results, verbose_eval=False,
                            early_stopping_rounds=patience)
    curve = results["v"][name]
    best = booster.best_iteration if patience is not None else len(curve) - 1
    score = curve[best]
    if metric == "accuracy":
        rows = int(validation.sum())
        score = (rows - round(score * rows)) / rows
    return score, best + 1


@PYTHON_CASES
def test_scores_are_those_of_python(warptune, name, target, metric):
    table, folds, path = with_folds(warptune, shared(f"{name}.csv"), target, 3, 5)
    trials = 2 if name == "letter" else 4
    warptune.good("run", "--data", path, "--target", target, "--model", "xgboost", *SPACE, "-n", trials, "--seed", 7,
                  "--metric", metric, "--fold-column", "fold_name", "--results", "r.csv", "--threads", 2, env=ENVIRONMENT)
    rows = read_results(warptune.folder / "r.csv")
    assert len(rows) == trials
    for row in rows:
        parameters = {NAMES.get(p, p): value_of(row[p]) for p in
                      ("eta", "max_depth", "subsample", "colsample_bytree", "reg_lambda")}
        for fold in range(3):
            expected, rounds = reference(table, folds == fold, metric, parameters, 7, int(row["n_estimators"]))
            assert float(row[f"fold_{fold}"]) == expected, (row, fold)
            assert int(row[f"rounds_{fold}"]) == rounds


def test_every_patience_and_number_of_rounds_is_read_off_one_training(warptune, data):
    table, folds, path = with_folds(warptune, data / "pima.csv", "diabetes", 3, 6)
    warptune.good("run", "--data", path, "--target", "diabetes", "--model", "xgboost", "--sampler", "grid",
                  "-p", "n_estimators=choice(5,40,120)", "-p", "early_stopping_rounds=choice(2,10,none)", "-p", "learning_rate=0.3",
                  "--metric", "log_loss", "--fold-column", "fold_name", "--holdout-value", "f0", "--seed", 3,
                  "--results", "r.csv", "--stats", "s.json", env=ENVIRONMENT)
    stats = json.loads((warptune.folder / "s.json").read_text())
    assert (stats["fits"], stats["boosters"], stats["matrices"]) == (1, 1, 1)
    rows = read_results(warptune.folder / "r.csv")
    assert len(rows) == 9
    stopped = 0
    for row in rows:
        patience = None if row["early_stopping_rounds"] == "none" else int(row["early_stopping_rounds"])
        expected, rounds = reference(table, folds == 0, "log_loss", {"eta": 0.3}, 3, int(row["n_estimators"]), patience)
        assert (float(row["score"]), int(row["rounds"])) == (expected, rounds), row
        stopped += rounds < int(row["n_estimators"])
    assert stopped >= 4


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc", "accuracy"])
def test_scores_on_a_gpu_are_those_of_python_on_it(warptune, gpu, metric):
    table, folds, path = with_folds(warptune, shared("spam.csv"), "type", 3, 5)
    flags = ["run", "--data", path, "--target", "type", "--model", "xgboost", *SPACE, "-n", 8, "--seed", 7, "--metric", metric,
             "--fold-column", "fold_name", "--device", "cuda:0"]
    warptune.good(*flags, "--streams", 4, "--results", "r.csv", env=ENVIRONMENT)
    warptune.good(*flags, "--streams", 1, "--results", "one.csv", env=ENVIRONMENT)
    assert (warptune.folder / "r.csv").read_bytes() == (warptune.folder / "one.csv").read_bytes()
    for row in read_results(warptune.folder / "r.csv"):
        parameters = {NAMES.get(p, p): value_of(row[p]) for p in
                      ("eta", "max_depth", "subsample", "colsample_bytree", "reg_lambda")}
        for fold in range(3):
            expected, _ = reference(table, folds == fold, metric, {**parameters, "device": "cuda:0"}, 7, int(row["n_estimators"]))
            assert float(row[f"fold_{fold}"]) == expected, (row, fold)


@pytest.mark.parametrize(("setting", "instead"), [
    ("eval_metric=auc", "--metric"), ("objective=rank:pairwise", "target's classes"), ("num_class=30", "target's classes"),
    ("n_jobs=4", "--threads"), ("device=cuda", "--device"), ("gpu_id=0", "--device"), ("tree_method=gpu_hist", "--device"),
    ("num_round=3", "--param n_estimators="), ("early_stopping_rounds=3", "--param early_stopping_rounds="),
    ("learning_rate=0.3", "--param eta=0.3"), ("foo", "--set max_bin=64"), ("=3", "--set max_bin=64")])
def test_what_set_may_not_say(warptune, data, setting, instead):
    done = warptune("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "xgboost", "-n", 1,
                    "-p", "eta=float(0.1,0.3)", "-p", "n_estimators=3", "--set", setting, env=ENVIRONMENT)
    assert done.returncode == 2 and f"--set {setting.split('=')[0]}" in done.stderr and instead in done.stderr


@pytest.mark.parametrize("method", ["approx", "exact", "auto"])
def test_methods_that_change_a_matrix_do_not_share_it(warptune, data, method, environment):
    flags = ["run", "--data", data / "blog.csv", "--target", "target", "--model", "xgboost", "-n", 16, "--metric", "log_loss",
             "--set", f"tree_method={method}", "-p", "max_depth=int(2,7)", "-p", "n_estimators=10", "-p", "max_bin=choice(16,256)"]
    for threads in (1, 2, 5):
        warptune.good(*flags, "--threads", threads, "--results", f"r{threads}.csv", "--stats", f"s{threads}.json", env=environment)
        assert (warptune.folder / f"r{threads}.csv").read_bytes() == (warptune.folder / "r1.csv").read_bytes()
    stats = json.loads((warptune.folder / "s5.json").read_text())
    assert 2 * stats["threads"] >= stats["matrices"] > 2 if method != "exact" else stats["matrices"] == 2


def test_why_a_trial_failed_is_told_once(warptune, data):
    flags = ["run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "xgboost", "--sampler", "grid",
             "-p", "max_depth=choice(0,3)", "-p", "eta=choice(0.1,0.2,0.3)", "-p", "n_estimators=5", "--set", "tree_method=exact"]
    done = warptune.good(*flags, "--quiet", "--journal", "j.log", env=ENVIRONMENT)
    [line] = [line for line in done.stderr.splitlines() if "failed" in line]
    assert line.startswith("warptune: trial 0 (and 2 more) failed: ") and ".cc" not in line
    assert line in warptune.good("top", "j.log").stderr


def debians():
    """XGBoost 1.7."""
    return debian_library("/usr/lib/x86_64-linux-gnu/libxgboost.so.0", "libxgboost0")


@pytest.fixture(params=["pip", "debian"])
def environment(request):
    return ENVIRONMENT if request.param == "pip" else {"WARPTUNE_XGBOOST": debians()}


def test_debians_version_scores_alike(warptune, data):
    """1.7 and 3.x differ in details; on few rounds and without sampling their log losses are close."""
    debian = debians()
    scores = {}
    for name, library in (("pip", LIBRARY), ("debian", debian)):
        warptune.good("run", "--data", data / "churn.csv", "--target", "churn", "--model", "xgboost", "-p", "n_estimators=int(5,30)",
                      "-p", "max_depth=int(2,4)", "-p", "eta=float(0.05,0.3)", "-n", 6, "--metric", "log_loss", "--folds", 2,
                      "--set", "base_score=0.5", "--results", "r.csv", env={"WARPTUNE_XGBOOST": library})
        scores[name] = [float(row["score"]) for row in read_results(warptune.folder / "r.csv")]
    assert scores["pip"] == pytest.approx(scores["debian"], abs=0.004)


def test_matrices_are_shared_and_threads_do_not_matter(warptune, data, environment):
    flags = ["run", "--data", data / "spam.csv", "--target", "type", "--model", "xgboost", "-p", "n_estimators=int(2,9)",
             "-p", "max_bin=choice(16,64)", "-p", "subsample=float(0.5,1)", "--folds", 3, "-n", 12, "--seed", 2]
    bytes_of = {}
    for threads in (1, 3):
        warptune.good(*flags, "--threads", threads, "--results", "r.csv", "--stats", "s.json", env=environment)
        stats = json.loads((warptune.folder / "s.json").read_text())
        assert stats["matrices"] == 6   # folds times numbers of bins
        assert stats["boosters"] == 36
        assert stats["threads"] == threads
        bytes_of[threads] = (warptune.folder / "r.csv").read_bytes()
    assert bytes_of[1] == bytes_of[3]


def test_a_study_goes_on_after_kill_9(warptune, data, environment):
    flags = ["run", "--data", data / "spam.csv", "--target", "type", "--model", "xgboost", "-p", "n_estimators=int(20,40)",
             "-p", "max_depth=int(2,8)", "-p", "subsample=float(0.5,1)", "-n", 40, "--seed", 2, "--threads", 2]
    goes_on_after_kill_9(warptune, flags, 40, environment)


def test_another_version_does_not_go_on(warptune, data):
    debian = debians()
    warptune.good("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "xgboost", "-p", "n_estimators=300",
                  "-p", "eta=float(0.01,0.9)", "-n", 2000, "--journal", "j.log", "--time-limit", "1s", env=ENVIRONMENT)
    done = warptune("resume", "j.log", env={"WARPTUNE_XGBOOST": debian})
    assert done.returncode == 2
    assert "XGBoost 1.7" in done.stderr and f"XGBoost {xgboost.__version__}" in done.stderr


def test_balanced_accuracy_is_of_the_predictions(warptune, data):
    table, folds, path = with_folds(warptune, data / "churn.csv", "churn", 2, 8)
    warptune.good("run", "--data", path, "--target", "churn", "--model", "xgboost", "-p", "n_estimators=15", "-p", "max_depth=3",
                  "-n", 1, "--metric", "balanced_accuracy", "--fold-column", "fold_name", "--holdout-value", "f1",
                  "--results", "r.csv", env=ENVIRONMENT)
    types = ["c" if c else "q" for c in table.categorical]
    cells, validation = table.cells.astype(numpy.float32), folds == 1
    options = {"feature_types": types, "enable_categorical": True}
    train = xgboost.QuantileDMatrix(cells[~validation], table.labels[~validation], **options)
    valid = xgboost.QuantileDMatrix(cells[validation], table.labels[validation], ref=train, **options)
    booster = xgboost.train({"objective": "binary:logistic", "nthread": 1, "max_depth": 3}, train, 15)
    predicted, truth = booster.predict(valid) > 0.5, table.labels[validation] == 1
    recalls = [(predicted == truth)[truth == k].mean() for k in (False, True)]
    assert float(read_results(warptune.folder / "r.csv")[0]["score"]) == pytest.approx(sum(recalls) / 2, abs=1e-12)


def test_what_xgboost_does_not_take_is_told(warptune, data):
    flags = ["run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "xgboost", "-p", "n_estimators=3", "-n", 1]
    done = warptune.good(*flags, "--set", "no_such_thing=4", env=ENVIRONMENT)
    assert "no_such_thing" in done.stderr
    done = warptune(*flags, "--set", "sampling_method=nonsense", env=ENVIRONMENT)
    assert done.returncode == 1
    assert "no trial could be scored" in done.stderr and "nonsense" in done.stderr


def test_a_device_that_can_not_be_had_is_an_error(warptune, data):
    done = warptune("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "xgboost", "-n", 1,
                    "--device", "cuda:7", env=ENVIRONMENT)
    assert done.returncode == 3
    assert "--device cuda:7" in done.stderr


def test_a_library_that_is_none_is_an_error(warptune, data):
    flags = ["run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "xgboost", "-n", 1]
    done = warptune(*flags, "--xgboost-library", data / "pima.csv")
    assert done.returncode == 2 and "--xgboost-library" in done.stderr and "can't be opened" in done.stderr
    done = warptune(*flags, "--xgboost-library", other_library())
    assert done.returncode == 2 and "lacks the function" in done.stderr


def test_families_says_which_library_is_used(warptune):
    done = warptune.good("families", "xgboost", env=ENVIRONMENT)
    assert f"XGBoost {xgboost.__version__}" in done.stdout and LIBRARY in done.stdout
    assert "early_stopping_rounds" in done.stdout and "learning_rate" in done.stdout
