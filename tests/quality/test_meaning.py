"""Parameters whose meaning changed with scikit-learn 1.9: both programs' scores are the same by their standard errors."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, log_loss

from forests import scikit_learn, warptune_score
from tables import write_cells

SEEDS = 8


def rare_class(rows: int = 4000, share: float = 0.05):
    """x: [rows][6], y: a class of `share` of the rows that the features tell somewhat apart."""
    rng = np.random.default_rng(11)
    x = rng.normal(size=(rows, 6)).round(2)
    y = np.zeros(rows, dtype=int)
    y[np.argsort(-(x[:, 0] + x[:, 1] + rng.normal(0, 2, rows)))[: int(rows * share)]] = 1
    return x, y


def compare(path, x, y, validation, family, settings, metrics):
    """Each metric's mean over seeds is the same in both, within 4 standard errors of their difference (and 1e-3)."""
    models = [scikit_learn(family, settings, seed).fit(x[~validation], y[~validation]) for seed in range(SEEDS)]
    for metric, score in metrics.items():
        theirs = np.array([score(model, x[validation], y[validation]) for model in models])
        ours = np.array([warptune_score(path, "y", family, settings, seed, metric) for seed in range(SEEDS)])
        error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / SEEDS)
        print(settings, metric, "ours", ours.mean(), "theirs", theirs.mean(), "error", error)
        assert abs(ours.mean() - theirs.mean()) < 4 * error + 1e-3, metric


METRICS = {"balanced_accuracy": lambda model, x, y: balanced_accuracy_score(y, model.predict(x)),
           "log_loss": lambda model, x, y: log_loss(y, model.predict_proba(x))}
SETTINGS = {
    "balanced": {"class_weight": "balanced"},
    "balanced, half of the rows": {"class_weight": "balanced", "max_samples": 0.5},
    "balanced, min_samples_leaf": {"class_weight": "balanced", "min_samples_leaf": 5, "criterion": "entropy"},
    "balanced_subsample": {"class_weight": "balanced_subsample"},
    "balanced, no bootstrap": {"class_weight": "balanced", "bootstrap": False},
    "more draws than rows": {"max_samples": 2.5},
    "a count above the rows": {"max_samples": 9000, "class_weight": "balanced"},
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_rare_class_is_learned_alike(setting, tmp_path):
    x, y = rare_class()
    validation = np.arange(len(y)) % 3 == 0
    path = tmp_path / "rare.csv"
    write_cells(path, x, y, validation, "{:.2f}".format)
    settings = {"n_estimators": 100, "max_depth": 8, **SETTINGS[setting]}
    compare(path, x, y, validation, "random_forest", settings, METRICS)


def test_extra_trees_with_one_value_beside_missing_cells(tmp_path):
    """Flags that are 1 or empty: a coin sends the missing rows with the 1s half of the time, and then nothing splits."""
    rng = np.random.default_rng(4)
    x = np.where(rng.random((900, 6)) < 0.5, 1.0, np.nan)
    y = ((np.isnan(x[:, :3]).sum(axis=1) + (rng.random(900) < 0.2)) % 2).astype(int)
    validation = np.arange(len(y)) % 3 == 0
    path = tmp_path / "flags.csv"
    write_cells(path, x, y, validation, "{:.2f}".format)
    settings = {"n_estimators": 60, "max_depth": 4, "max_features": 2}
    compare(path, x, y, validation, "extra_trees", settings, METRICS)
