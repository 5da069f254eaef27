"""The tables that forests are compared on, as both programs read them: text as the rank of its name, empty cells missing."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split

FOLD_COLUMN = "fold of the comparison"
VALIDATION = "validation"


@dataclass(frozen=True)
class Table:
    name: str
    header: list[str]
    lines: list[list[str]]  # cells as in the file
    target: str
    x: np.ndarray  # [rows][features]
    y: np.ndarray  # [rows] codes of the target's sorted names

    def validation_rows(self, seed: int) -> np.ndarray:
        """A third of the rows, each class by its share; [rows] of bool."""
        rows = np.arange(len(self.y))
        _, chosen = train_test_split(rows, test_size=1 / 3, stratify=self.y, random_state=seed)
        return np.isin(rows, chosen)

    def write(self, path: Path, validation: np.ndarray) -> None:
        """A CSV file whose last column names each row's fold."""
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*self.header, FOLD_COLUMN])
            for line, validates in zip(self.lines, validation):
                writer.writerow([*line, VALIDATION if validates else "training"])


def write_cells(path: Path, x: np.ndarray, y: np.ndarray, validation: np.ndarray, cell) -> None:
    """A CSV file of numbers whose last columns are the target y and each row's fold. cell: a number's text; NaN: empty."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(f"f{i}" for i in range(x.shape[1])), "y", FOLD_COLUMN])
        for row, label, validates in zip(x, y, validation):
            cells = ["" if np.isnan(value) else cell(value) for value in row]
            writer.writerow([*cells, label, VALIDATION if validates else "training"])


TARGETS = {"pima": "diabetes", "churn": "churn", "spam": "type", "letter": "lettr", "shuttle": "Class", "blog": "target"}
# A table of more rows is thinned out, each class by its share, so that a comparison stays short.
MOST_ROWS = {"full": 20_000, "part": 2_500}


def folder_of(name: str) -> Path | None:
    """Some tables are shipped in data/, the others lie in the folder that WARPTUNE_SHARED_DATA names."""
    folders = [Path(__file__).parents[2] / "data"]
    if "WARPTUNE_SHARED_DATA" in os.environ:
        folders.append(Path(os.environ["WARPTUNE_SHARED_DATA"]))
    return next((folder for folder in folders if (folder / f"{name}.csv").exists()), None)


def _codes(cells: list[str]) -> np.ndarray:
    """Numbers as they are; other cells as the rank of their name."""
    try:
        return np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        names = sorted({cell for cell in cells if cell})
        rank = {name: float(i) for i, name in enumerate(names)}
        return np.array([rank.get(cell, np.nan) for cell in cells])


def read_table(name: str, most_rows: int) -> Table:
    folder = folder_of(name)
    assert folder is not None
    with (folder / f"{name}.csv").open(newline="") as file:
        header, *lines = csv.reader(file)
    target = header.index(TARGETS[name])
    y = np.unique([line[target] for line in lines], return_inverse=True)[1]
    if len(lines) > most_rows:
        kept, _ = train_test_split(np.arange(len(lines)), train_size=most_rows, stratify=y, random_state=0)
        lines = [lines[row] for row in np.sort(kept)]
        y = y[np.sort(kept)]
    columns = [_codes([line[c] for line in lines]) for c in range(len(header)) if c != target]
    return Table(name, header, lines, TARGETS[name], np.column_stack(columns).astype(np.float32), y)
