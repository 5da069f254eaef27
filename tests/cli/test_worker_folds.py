"""The rows that warptune_worker.py gives a function, of folds of both forms (docs/command.md)."""

import sys
from pathlib import Path

import numpy
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
import warptune_worker  # noqa: E402


def data_with(folds, folder):
    numpy.save(folder / "folds.npy", numpy.array(folds, dtype="<i4"))
    numpy.save(folder / "X.npy", numpy.zeros((4, 1)))
    numpy.save(folder / "y.npy", numpy.zeros(4, dtype="<i4"))
    files = {"X": folder / "X.npy", "y": folder / "y.npy", "folds": folder / "folds.npy", "weights": None}
    return warptune_worker.Data({"data": files, "columns": [], "classes": ["a", "b"], "metric": "accuracy",
                                 "maximise": True, "seed": 1, "worker": 0, "folder": str(folder), "folds": 2})


@pytest.mark.parametrize("folds, expected", [
    ([0, 1, -1, 0], [([1, 2], [0, 3]), ([0, 2, 3], [1])]),
    ([[1, 0, 2, 2], [2, 1, 1, 0]], [([0], [2, 3]), ([1, 2], [0])]),
])
def test_the_rows_of_a_fold(folds, expected, tmp_path):
    data = data_with(folds, tmp_path)
    for fold, (train, validation) in enumerate(expected):
        data._set(0, fold)
        assert data.train.tolist() == train and data.validation.tolist() == validation
