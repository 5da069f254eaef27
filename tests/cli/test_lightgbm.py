"""The family lightgbm: scores are, to the last digit, those of Python's lightgbm on the same rows with the same parameters."""

import json
import pathlib
import shutil

import pytest
from peers import peer

from trainer_reference import (PYTHON_CASES, goes_on_after_kill_9, gpu, other_library, read_results, shared, value_of,  # noqa: F401
                               with_folds)

numpy = peer("numpy")
lightgbm = peer("lightgbm")

LIBRARY = str(pathlib.Path(lightgbm.__file__).parent / "lib/lib_lightgbm.so")
ENVIRONMENT = {"WARPTUNE_LIGHTGBM": LIBRARY}
# LightGBM's own names and scikit-learn's.
SPACE = ["-p", "n_estimators=int(3,25)", "-p", "learning_rate=log(0.05,0.5)", "-p", "num_leaves=int(4,40)",
         "-p", "max_depth=choice(none,4,7)", "-p", "subsample=float(0.5,1)", "-p", "subsample_freq=1",
         "-p", "colsample_bytree=float(0.5,1)", "-p", "reg_lambda=float(0,3)", "-p", "min_child_samples=int(2,40)"]
SPACE_NAMES = ["learning_rate", "num_leaves", "max_depth", "subsample", "colsample_bytree", "reg_lambda", "min_child_samples"]
# What warptune hands on besides the space.
SETTLED = {"num_threads": 1, "deterministic": True, "force_col_wise": True, "feature_pre_filter": False, "verbosity": -1}
METRICS = {"log_loss": ("binary_logloss", "multi_logloss"), "accuracy": ("binary_error", "multi_error"), "roc_auc": ("auc", None)}


def train(table, validation, metric, parameters, seed, rounds, **options):
    """A booster of Python's lightgbm, and its metric round by round."""
    classes = len(table.classes)
    settings = {"objective": "binary" if classes == 2 else "multiclass", "metric": metric, "seed": seed, **SETTLED, **parameters}
    if classes > 2:
        settings["num_class"] = classes
    categorical = [i for i, is_categorical in enumerate(table.categorical) if is_categorical]
    train_set = lightgbm.Dataset(table.cells[~validation], table.labels[~validation], categorical_feature=categorical,
                                 params=settings)
    valid_set = lightgbm.Dataset(table.cells[validation], table.labels[validation], reference=train_set, params=settings)
    curve = {}
    booster = lightgbm.train(settings, train_set, rounds, valid_sets=[valid_set], valid_names=["v"],
                             callbacks=[lightgbm.record_evaluation(curve), *options.get("callbacks", [])])
    return booster, curve["v"][metric] if curve else []


def reference(table, validation, metric, parameters, seed, rounds, patience=None):
    """The metric after `rounds` rounds (with patience: the best one), and the round it is of."""
    name = METRICS[metric][len(table.classes) > 2]
    stop = [] if patience is None else [lightgbm.early_stopping(patience, first_metric_only=True, verbose=False, min_delta=0)]
    booster, curve = train(table, validation, name, parameters, seed, rounds, callbacks=stop)
    best = booster.best_iteration if patience is not None else len(curve)
    score = curve[best - 1]
    if metric == "accuracy":
        rows = int(validation.sum())
        score = (rows - round(score * rows)) / rows
    return score, best


def parameters_of(row, names):
    parameters = {name: -1 if row[name] == "none" else value_of(row[name]) for name in names}
    return {name: {"true": True, "false": False}.get(value, value) for name, value in parameters.items()}


@PYTHON_CASES
def test_scores_are_those_of_python(warptune, name, target, metric):
    table, folds, path = with_folds(warptune, shared(f"{name}.csv"), target, 3, 5)
    trials = 2 if name == "letter" else 4
    warptune.good("run", "--data", path, "--target", target, "--model", "lightgbm", *SPACE, "-n", trials, "--seed", 7,
                  "--metric", metric, "--fold-column", "fold_name", "--results", "r.csv", "--threads", 2, env=ENVIRONMENT)
    rows = read_results(warptune.folder / "r.csv")
    assert len(rows) == trials
    for row in rows:
        parameters = {**parameters_of(row, SPACE_NAMES), "subsample_freq": 1}
        for fold in range(3):
            expected, rounds = reference(table, folds == fold, metric, parameters, 7, int(row["n_estimators"]))
            assert float(row[f"fold_{fold}"]) == expected, (row, fold)
            assert int(row[f"rounds_{fold}"]) == rounds


@pytest.mark.parametrize("flags", [
    {"max_bin": "choice(15,63)", "min_data_in_bin": "choice(1,20)", "zero_as_missing": None},
    {"boosting": "dart", "drop_rate": "float(0.1,0.6)", "skip_drop": "float(0,0.5)", "max_drop": "choice(2,-1)"},
    {"boosting": "rf", "bagging_freq": "1", "bagging_fraction": "float(0.3,0.8)", "feature_fraction_bynode": "float(0.4,1)"},
    {"use_quantized_grad": "true", "num_grad_quant_bins": "choice(4,16)", "quant_train_renew_leaf": "choice(true,false)"},
    {"data_sample_strategy": "goss", "top_rate": "float(0.1,0.3)", "extra_trees": "choice(true,false)"},
    {"linear_tree": "choice(true,false)", "linear_lambda": "0.1", "path_smooth": "float(0,2)", "lambda_l1": "float(0,1)"},
    {"cat_smooth": "float(0,20)", "cat_l2": "float(0,20)", "max_cat_threshold": "choice(4,40)", "max_cat_to_onehot": "choice(1,8)",
     "min_data_per_group": "choice(5,100)"},
    {"scale_pos_weight": "float(0.5,3)", "min_gain_to_split": "float(0,0.5)", "min_sum_hessian_in_leaf": "log(0.01,10)",
     "max_delta_step": "float(0,1)"},
], ids=lambda flags: next(iter(flags)))
def test_parameters_mean_what_they_mean_in_python(warptune, data, flags):
    """churn has categories and numbers: each setting gets the Dataset that it needs, and no other's."""
    table, folds, path = with_folds(warptune, data / "churn.csv", "churn", 2, 4)
    handed_on = {"zero_as_missing": True} if "zero_as_missing" in flags else {}
    space = {name: text for name, text in flags.items() if text is not None}
    warptune.good("run", "--data", path, "--target", "churn", "--model", "lightgbm", "-n", 5, "--seed", 4, "--metric", "log_loss",
                  "-p", "n_estimators=int(4,15)", *[a for name, text in space.items() for a in ("-p", f"{name}={text}")],
                  *[a for name in handed_on for a in ("--set", f"{name}=true")], "--fold-column", "fold_name",
                  "--holdout-value", "f1", "--results", "r.csv", env=ENVIRONMENT)
    fixed = {name: text for name, text in space.items() if "(" not in text}
    for row in read_results(warptune.folder / "r.csv"):
        parameters = {**parameters_of({**fixed, **row}, space), **handed_on}
        expected, _ = reference(table, folds == 1, "log_loss", parameters, 4, int(row["n_estimators"]))
        assert float(row["score"]) == expected, row


def test_every_patience_and_number_of_rounds_is_read_off_one_training(warptune, data):
    table, folds, path = with_folds(warptune, data / "pima.csv", "diabetes", 3, 6)
    warptune.good("run", "--data", path, "--target", "diabetes", "--model", "lightgbm", "--sampler", "grid",
                  "-p", "n_estimators=choice(5,40,120)", "-p", "early_stopping_round=choice(1,2,10,none)",
                  "-p", "learning_rate=0.3", "--metric", "log_loss", "--fold-column", "fold_name", "--holdout-value", "f0",
                  "--seed", 3, "--results", "r.csv", "--stats", "s.json", env=ENVIRONMENT)
    stats = json.loads((warptune.folder / "s.json").read_text())
    assert (stats["fits"], stats["boosters"], stats["matrices"]) == (1, 1, 1)
    rows = read_results(warptune.folder / "r.csv")
    assert len(rows) == 12
    stopped = 0
    for row in rows:
        patience = None if row["early_stopping_round"] == "none" else int(row["early_stopping_round"])
        expected, rounds = reference(table, folds == 0, "log_loss", {"learning_rate": 0.3}, 3, int(row["n_estimators"]), patience)
        assert (float(row["score"]), int(row["rounds"])) == (expected, rounds), row
        stopped += rounds < int(row["n_estimators"])
    assert stopped >= 6


def test_datasets_are_shared_and_threads_do_not_matter(warptune, data):
    flags = ["run", "--data", data / "spam.csv", "--target", "type", "--model", "lightgbm", "-p", "n_estimators=int(2,9)",
             "-p", "max_bin=choice(16,64)", "-p", "min_data_in_leaf=int(1,60)", "-p", "bagging_fraction=float(0.5,1)",
             "-p", "bagging_freq=1", "--folds", 3, "-n", 12, "--seed", 2]
    bytes_of = {}
    for threads in (1, 3):
        warptune.good(*flags, "--threads", threads, "--results", "r.csv", "--stats", "s.json", env=ENVIRONMENT)
        stats = json.loads((warptune.folder / "s.json").read_text())
        assert stats["matrices"] == 6   # folds times numbers of bins
        assert stats["boosters"] == 36
        assert stats["threads"] == threads
        bytes_of[threads] = (warptune.folder / "r.csv").read_bytes()
    assert bytes_of[1] == bytes_of[3]


def test_a_study_goes_on_after_kill_9(warptune, data):
    flags = ["run", "--data", data / "spam.csv", "--target", "type", "--model", "lightgbm", "-p", "n_estimators=int(40,80)",
             "-p", "num_leaves=int(8,60)", "-p", "feature_fraction=float(0.5,1)", "-n", 40, "--seed", 2, "--threads", 2]
    goes_on_after_kill_9(warptune, flags, 40, ENVIRONMENT)


@pytest.mark.parametrize(("name", "target", "rows"), [("churn", "churn", None), ("letter", "lettr", 1500)])
def test_balanced_accuracy_is_of_the_predictions(warptune, name, target, rows):
    source = shared(f"{name}.csv")
    if rows:
        (warptune.folder / "part.csv").write_text("".join(source.open().readlines()[:rows + 1]))
        source = warptune.folder / "part.csv"
    table, folds, path = with_folds(warptune, source, target, 2, 8)
    warptune.good("run", "--data", path, "--target", target, "--model", "lightgbm", "-p", "n_estimators=9", "-p", "max_depth=3",
                  "-n", 1, "--metric", "balanced_accuracy", "--fold-column", "fold_name", "--holdout-value", "f1",
                  "--results", "r.csv", env=ENVIRONMENT)
    validation = folds == 1
    booster, _ = train(table, validation, "None", {"max_depth": 3}, 0, 9)
    shares = booster.predict(table.cells[validation])
    predicted = shares.argmax(axis=1) if len(table.classes) > 2 else shares > 0.5
    truth = table.labels[validation]
    recalls = [(predicted == truth)[truth == k].mean() for k in numpy.unique(truth)]
    score = float(read_results(warptune.folder / "r.csv")[0]["score"])
    assert score == pytest.approx(sum(recalls) / len(recalls), abs=1e-12)


def test_what_lightgbm_does_not_take_is_told(warptune, data):
    flags = ["run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "lightgbm", "-p", "n_estimators=3", "-n", 1]
    done = warptune.good(*flags, "--set", "no_such_thing=4", env=ENVIRONMENT)
    assert "no_such_thing" in done.stderr
    done = warptune(*flags, "--set", "tree_learner=nonsense", env=ENVIRONMENT)
    assert done.returncode == 1
    assert "no trial could be scored" in done.stderr and "nonsense" in done.stderr
    done = warptune(*flags, "--set", "boosting=rf", env=ENVIRONMENT)   # a forest without bagging
    assert done.returncode == 1 and "config->bagging_freq > 0" in done.stderr


def test_scores_on_a_gpu_are_near_those_of_the_cpu(warptune, gpu):
    """LightGBM does not promise the same numbers twice there."""
    if "built without CUDA" in warptune.good("families", "lightgbm", env=ENVIRONMENT).stdout:
        pytest.skip("this LightGBM was built without CUDA")
    flags = ["run", "--data", shared("spam.csv"), "--target", "type", "--model", "lightgbm", *SPACE, "-n", 8, "--folds", 3]
    scores = {}
    for device in ("cpu", "cuda:0"):
        warptune.good(*flags, "--device", device, "--results", "r.csv", env=ENVIRONMENT)
        scores[device] = [float(row["score"]) for row in read_results(warptune.folder / "r.csv")]
    assert scores["cuda:0"] == pytest.approx(scores["cpu"], abs=0.02)


def test_a_share_of_rows_that_nothing_draws_is_an_error(warptune, data):
    flags = ["run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "lightgbm", "-p", "n_estimators=3",
             "-p", "subsample=float(0.5,1)", "-n", 2]
    done = warptune(*flags, env=ENVIRONMENT)
    assert done.returncode == 2 and "bagging_freq is 0" in done.stderr and "--param bagging_freq=1" in done.stderr
    warptune.good(*flags, "-p", "subsample_freq=1", env=ENVIRONMENT)


@pytest.mark.parametrize(("name", "flag"), [
    ("num_trees", "n_estimators"), ("n_iter_no_change", "early_stopping_rounds"), ("metrics", "--metric"),
    ("n_jobs", "--threads"), ("device", "--device"), ("cat_column", "text columns"), ("early_stopping_min_delta", "min_delta=0"),
    ("objective", "target's classes"), ("ignore_feature", "--drop"), ("weight", "no weights")])
def test_what_warptune_decides_itself_is_not_set(warptune, data, name, flag):
    done = warptune("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "lightgbm", "-n", 1,
                    "--set", f"{name}=1", env=ENVIRONMENT)
    assert done.returncode == 2
    assert f"--set {name}" in done.stderr and flag in done.stderr


def test_a_device_that_can_not_be_had_is_an_error(warptune, data):
    done = warptune("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "lightgbm", "-n", 1,
                    "--device", "cuda:7", env=ENVIRONMENT)
    assert done.returncode == 3
    assert "--device cuda:7" in done.stderr


def test_a_library_that_is_none_is_an_error(warptune, data):
    flags = ["run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "lightgbm", "-n", 1]
    done = warptune(*flags, "--lightgbm-library", data / "pima.csv")
    assert done.returncode == 2 and "--lightgbm-library" in done.stderr and "can't be opened" in done.stderr
    done = warptune(*flags, "--lightgbm-library", other_library())
    assert done.returncode == 2 and "lacks the function" in done.stderr
    nowhere = {"PATH": "/nowhere", "VIRTUAL_ENV": "", "CONDA_PREFIX": ""}
    done = warptune("families", "lightgbm", env=nowhere)
    if done.returncode == 0:
        pytest.skip("the system has a LightGBM of its own")
    assert done.returncode == 2 and "pip install lightgbm" in done.stderr


def test_families_says_which_library_is_used(warptune):
    done = warptune.good("families", "lightgbm", env=ENVIRONMENT)
    assert f"LightGBM {lightgbm.__version__}" in done.stdout and LIBRARY in done.stdout
    assert "early_stopping_rounds" in done.stdout and "learning_rate" in done.stdout


def test_a_library_without_its_package_is_of_no_known_version(warptune, data):
    alone = warptune.folder / "lib_lightgbm.so"
    shutil.copy(LIBRARY, alone)
    done = warptune.good("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "lightgbm", "-p", "n_estimators=3",
                         "-n", 1, "--lightgbm-library", alone)
    assert "LightGBM 4.x" in done.stderr and str(alone) in done.stderr


def test_another_version_does_not_go_on(warptune, data):
    """The version is what the package's VERSION.txt says."""
    library = warptune.folder / "lightgbm/lib/lib_lightgbm.so"
    library.parent.mkdir(parents=True)
    shutil.copy(LIBRARY, library)
    (warptune.folder / "lightgbm/VERSION.txt").write_text("4.3.1\n")
    warptune.good("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", "lightgbm", "-p", "n_estimators=300",
                  "-p", "eta=float(0.01,0.9)", "-n", 2000, "--journal", "j.log", "--time-limit", "1s",
                  "--lightgbm-library", "lightgbm/lib/lib_lightgbm.so")
    done = warptune("resume", "j.log", "--lightgbm-library", LIBRARY)
    assert done.returncode == 2
    assert "LightGBM 4.3.1" in done.stderr and f"LightGBM {lightgbm.__version__}" in done.stderr
    # Without the flag it is the study's own, also from another folder.
    done = warptune.good("resume", warptune.folder / "j.log", "--time-limit", "1s", folder=warptune.folder / "lightgbm")
    assert str(library) in done.stderr
