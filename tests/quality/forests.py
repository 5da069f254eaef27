"""One forest with the same settings in both programs, scored on the same validation rows."""

import csv
import os
import subprocess
from pathlib import Path

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

from tables import FOLD_COLUMN, VALIDATION

PROGRAM = os.environ.get("WARPTUNE_PROGRAM", str(Path(__file__).parents[2] / "build/release/warptune"))


def scikit_learn(family: str, settings: dict, seed: int):
    """The classifier, not yet fitted."""
    kind = RandomForestClassifier if family == "random_forest" else ExtraTreesClassifier
    return kind(random_state=seed, n_jobs=1, **settings)


def warptune_score(path: Path, target: str, family: str, settings: dict, seed: int, metric: str = "accuracy") -> float:
    """The score of one trial. path: a file with a fold column; the fold VALIDATION is scored, the others train."""
    results = path.with_suffix(".results.csv")
    command = [PROGRAM, "run", "--data", str(path), "--target", target, "--model", family, "--sampler", "grid",
               "--seed", str(seed), "--metric", metric, "--fold-column", FOLD_COLUMN, "--holdout-value", VALIDATION,
               "--device", "cpu", "--threads", "1", "--quiet", "--results", str(results)]
    for name, value in settings.items():
        command += ["--param", f"{name}={_word(value)}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with results.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1
    return float(rows[0]["score"])


def _word(value) -> str:
    if value is None or isinstance(value, (bool, np.bool_)):
        return str(value).lower()
    return str(value)
