"""One tree without randomness is scikit-learn's tree: every feature looked at, no bootstrap, features of few values, so
that each has a bin of its own. What is left open is which of equally good splits wins: scikit-learn draws it, so its scores
with many seeds are the scores that the tree may have.
"""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, log_loss, roc_auc_score

from forests import scikit_learn, warptune_score
from tables import write_cells

BASE = {"n_estimators": 1, "bootstrap": False, "max_features": None}
SETTINGS = {
    "shallow": {"max_depth": 3},
    "no limits": {},
    "entropy": {"criterion": "entropy", "max_depth": 5},
    "min_samples_leaf": {"min_samples_leaf": 7},
    "min_samples_leaf share": {"min_samples_leaf": 0.031},
    "min_samples_split": {"min_samples_split": 0.11},
    "min_weight_fraction_leaf": {"min_weight_fraction_leaf": 0.017, "class_weight": "balanced"},
    "max_leaf_nodes": {"max_leaf_nodes": 9},
    "max_leaf_nodes entropy": {"max_leaf_nodes": 13, "criterion": "entropy"},
    "ccp_alpha": {"ccp_alpha": 0.0031},
    "ccp_alpha of few leaves": {"ccp_alpha": 0.0043, "max_leaf_nodes": 20, "criterion": "entropy"},
    "min_impurity_decrease": {"min_impurity_decrease": 0.0027},
    "class_weight": {"class_weight": "balanced", "max_depth": 4},
    "class_weight pruned": {"class_weight": "balanced", "ccp_alpha": 0.0037, "criterion": "entropy"},
}


def integers(classes: int, missing: float, seed: int = 5):
    """x: [rows][features] small integers, some missing in every other column; y: [rows]."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, [9, 25, 40, 3, 60], size=(900, 5)).astype(float)
    signal = x[:, 0] * 2 + x[:, 1] + (x[:, 2] > 22) * 15 + rng.normal(0, 6, 900)
    y = np.digitize(signal, np.quantile(signal, np.linspace(0, 1, classes + 1)[1:-1] ** 0.7))
    for column in (1, 3):
        x[rng.random(900) < missing, column] = np.nan
    return x, y


def score(metric, model, x, y):
    if metric == "accuracy":
        return model.score(x, y)
    if metric == "balanced_accuracy":
        return balanced_accuracy_score(y, model.predict(x))
    shares = model.predict_proba(x)
    return log_loss(y, shares, labels=model.classes_) if metric == "log_loss" else roc_auc_score(y, shares[:, 1])


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(("classes", "missing"), [(2, 0.0), (2, 0.1), (4, 0.1)])
def test_scores_are_those_of_scikit_learn(classes, missing, setting, tmp_path):
    x, y = integers(classes, missing)
    validation = np.arange(len(y)) % 3 == 0
    path = tmp_path / "integers.csv"
    write_cells(path, x, y, validation, int)
    settings = BASE | SETTINGS[setting]
    models = [scikit_learn("random_forest", settings, seed).fit(x[~validation], y[~validation]) for seed in range(30)]
    for metric in ["accuracy", "balanced_accuracy", "log_loss"] + ["roc_auc"] * (classes == 2):
        theirs = np.array([score(metric, model, x[validation], y[validation]) for model in models])
        ours = warptune_score(path, "y", "random_forest", settings, seed=3, metric=metric)
        spread = theirs.max() - theirs.min()
        print(setting, metric, "ours", ours, "theirs", theirs.min(), theirs.max())
        if spread < 1e-6:   # no ties, or none that matter
            assert ours == pytest.approx(theirs[0], abs=3e-6), metric   # shares are rounded to 2^-20
        else:
            assert theirs.min() - spread / 2 <= ours <= theirs.max() + spread / 2, metric
