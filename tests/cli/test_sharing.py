"""A trial that is scored from a shared fit has the score that it has alone, to the last digit: seen from outside."""

import csv
import json
import os
import random

import pytest

TRIALS = 60
CHECKED = 10

# Shared parameters: n_estimators, max_depth, min_samples_split, max_leaf_nodes, min_impurity_decrease, ccp_alpha.
SPACE = {
    "n_estimators": "int(1,25)",
    "max_depth": "choice(1,3,6,9,none)",
    "min_samples_split": "choice(2,5,40,0.05)",
    "max_leaf_nodes": "choice(none,2,7,30)",
    "min_impurity_decrease": "choice(0.0,0.001,0.01)",
    "ccp_alpha": "choice(0.0,0.0005,0.01)",
    "min_samples_leaf": "choice(1,8)",
    "criterion": "choice(gini,entropy)",
    "max_features": "choice(sqrt,0.5)",
    "class_weight": "choice(none,balanced,balanced_subsample)",
}
OF_FAMILY = {
    "random_forest": {"bootstrap": "choice(true,false)"},
    "extra_trees": {"max_features": "choice(all,3)"},
}
METRICS = {"binary": ["accuracy", "balanced_accuracy", "log_loss", "roc_auc"], "classes": ["accuracy", "balanced_accuracy", "log_loss"]}
TABLES = {"binary": ("pima.csv", "diabetes"), "classes": ("classes.csv", "c")}


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write_classes(path):
    """Five classes, text and missing cells, from a fixed seed."""
    draw = random.Random(1)
    lines = ["a,b,word,c"]
    for _ in range(400):
        a, b = draw.gauss(0, 1), draw.randrange(30)
        c = (a > 0) + (b > 9) + (b > 20) + (draw.random() < 0.1)
        lines.append(f"{a:.4f},{b if draw.random() < 0.9 else ''},{draw.choice('xyz') * (1 + c % 2)},k{c}")
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("evaluation", ["holdout", "folds"])
@pytest.mark.parametrize("family", OF_FAMILY)
@pytest.mark.parametrize(("table", "metric"), [(table, metric) for table, metrics in METRICS.items() for metric in metrics])
def test_every_trial_has_the_score_that_it_has_alone(warptune, data, table, family, metric, evaluation):
    name, target = TABLES[table]
    path = data / name
    if table == "classes":
        path = warptune.folder / name
        write_classes(path)
    seed = int(os.environ.get("WARPTUNE_TEST_SEED", 77))
    space = {**SPACE, **OF_FAMILY[family]}
    study = ["run", "--data", path, "--target", target, "--model", family, "--metric", metric, "--seed", seed, "--quiet",
             *(["--folds", 3] if evaluation == "folds" else ["--holdout", 0.4])]
    distributions = [flag for parameter, distribution in space.items() for flag in ("-p", f"{parameter}={distribution}")]
    warptune.good(*study, *distributions, "--trials", TRIALS, "--results", "all.csv", "--stats", "s.json")
    rows = rows_of(warptune.folder / "all.csv")
    fits = len({row["fit"] for row in rows})
    assert fits < TRIALS   # some are shared
    assert json.loads((warptune.folder / "s.json").read_text())["fits"] == fits * (3 if evaluation == "folds" else 1)
    for row in random.Random(f"{seed} {family} {metric} {evaluation}").sample(rows, CHECKED):
        fixed = [flag for parameter in space for flag in ("-p", f"{parameter}={row[parameter]}")]
        warptune.good(*study, *fixed, "--trials", 1, "--results", "alone.csv")
        (alone,) = rows_of(warptune.folder / "alone.csv")
        differing = {key for key in row if row[key] != alone[key]} - {"rank", "trial", "fit"}
        assert not differing, (row, alone)
