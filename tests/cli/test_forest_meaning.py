"""Forests' parameters mean what they mean in scikit-learn; tests/quality/test_meaning.py has the comparisons by many
seeds."""

import csv
import pathlib
import random

import pytest

CASES = pathlib.Path(__file__).resolve().parents[1] / "cases"
FOLDS = ["--fold-column", "f", "--holdout-value", "v"]
CPU = ["--device", "cpu", "-j", 1, "-q"]


def scores(warptune, table, *flags, target="y"):
    """The scores of all trials, by trial."""
    warptune.good("run", "--data", table, "-t", target, *CPU, "--results", "r.csv", *flags)
    with (warptune.folder / "r.csv").open(newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["trial"]))
    return [float(row["score"]) for row in rows]


def test_max_samples_above_the_rows_draws_as_many(warptune):
    table = CASES / "maxsamples_over.csv"
    assert scores(warptune, table, *FOLDS, "-n", 1, "-p", "n_estimators=1", "-p", "max_samples=5000") == [1.0]
    # So does a share: 50 times the 100 training rows.
    assert scores(warptune, table, *FOLDS, "-n", 1, "-p", "n_estimators=1", "-p", "max_samples=50.0") == [1.0]


@pytest.mark.parametrize("more", [[], ["-p", "class_weight=balanced"], ["-p", "criterion=entropy"]])
def test_a_share_of_rows_is_cut_down(warptune, more):
    """100 training rows: 0.299 is 29 of them, not 30; 2.999 is 299; and what is less than one row is one."""
    table = CASES / "maxsamples_over.csv"
    pairs = [("0.299", "29"), ("2.999", "299"), ("0.001", "1")]
    for share, count in pairs:
        by_share, by_count = (scores(warptune, table, *FOLDS, "-n", 1, "-p", "n_estimators=7", "--metric", "log_loss",
                                     "-p", f"max_samples={value}", *more) for value in (share, count))
        assert by_share == by_count, (share, count)


def test_more_draws_than_can_be_counted_are_an_error(warptune):
    table = CASES / "maxsamples_over.csv"
    for value in ("16777216", "1e9", "int(1,16777216)", "choice(none,200000.0)"):
        done = warptune("run", "--data", table, "-t", "y", *CPU, *FOLDS, "-n", 1, "-p", f"max_samples={value}")
        assert done.returncode == 2 and "16777215 are possible" in done.stderr, (value, done.stderr)
    # The most that can be: one row of a hundred is drawn some 160,000 times.
    assert scores(warptune, table, *FOLDS, "-n", 1, "-p", "n_estimators=1", "-p", "max_samples=16777215") == [1.0]


def test_balanced_draws_with_a_class_that_a_fold_does_not_train_on(warptune):
    """Fold c is the only one with class 2: it trains on two classes, and draws these alike."""
    lines = ["x,y,f"] + [f"{i % 3},{i % 2},{'ab'[i // 2 % 2]}" for i in range(80)] + [f"{i % 5},2,c" for i in range(20)]
    (warptune.folder / "t.csv").write_text("\n".join(lines) + "\n")
    found = scores(warptune, "t.csv", "--fold-column", "f", "-n", 1, "-p", "n_estimators=9", "-p", "class_weight=balanced")
    assert 0 <= found[0] <= 1


def test_extra_trees_split_values_as_far_apart_as_doubles_go(warptune):
    """A table and the same with its numbers times 1e-300: the same trees, though differences overflow in the first."""
    draw = random.Random(3)
    numbers = [draw.choice([-1.7, -1.1, -0.4, 0.3, 0.9, 1.2, 1.6]) for _ in range(300)]
    labels = [int(number > 0.5) ^ (draw.random() < 0.1) for number in numbers]
    for name, power in (("wide.csv", "e308"), ("narrow.csv", "e8")):
        lines = [f"{number}{power},{label}" for number, label in zip(numbers, labels)]
        (warptune.folder / name).write_text("x,y\n" + "\n".join(lines) + "\n")
    wide, narrow = (scores(warptune, name, "-m", "extra_trees", "-n", 1, "-p", "n_estimators=11", "-p", "max_depth=1",
                           "--folds", 3, "--metric", "log_loss") for name in ("wide.csv", "narrow.csv"))
    assert wide == pytest.approx(narrow, rel=1e-9)
