"""Tables and results as the tests of trainers read them: what the library itself is given in Python."""

import csv
import math
import os
import pathlib

import pytest

numpy = pytest.importorskip("numpy")

MISSING = {"", "NA"}


class Columns:
    """A CSV file as warptune reads it: numbers, codes of sorted words, NaN for missing cells."""

    def __init__(self, path, target, most_rows=None):
        with open(path, newline="") as file:
            rows = list(csv.reader(file))
        names, rows = rows[0], rows[1:most_rows and most_rows + 1]
        self.categorical = []
        columns = []
        for i, name in enumerate(names):
            cells = [row[i] for row in rows]
            if name == target:
                self.classes = sorted(set(cells))
                self.labels = numpy.array([self.classes.index(cell) for cell in cells], dtype=numpy.float32)
                continue
            words = sorted({cell for cell in cells if cell not in MISSING and not is_number(cell)})
            known = sorted({cell for cell in cells if cell not in MISSING}) if words else []
            boolean = bool(words) and {word.lower() for word in known} in ({"yes", "no"}, {"yes"}, {"no"}, {"true", "false"})
            if boolean:
                columns.append([math.nan if c in MISSING else float(c.lower() in ("yes", "true")) for c in cells])
            elif words:
                codes = {word: code for code, word in enumerate(sorted(known, key=str.encode))}
                columns.append([math.nan if c in MISSING else codes[c] for c in cells])
            else:
                columns.append([math.nan if c in MISSING else float(c) for c in cells])
            self.categorical.append(bool(words) and not boolean)
        self.cells = numpy.array(columns, dtype=numpy.float64).T

    def write(self, path, folds, source, target):
        """The file again, with a column that names each row's fold."""
        with open(source, newline="") as file:
            rows = list(csv.reader(file))
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*rows[0], "fold_name"])
            writer.writerows([*row, f"f{fold}"] for row, fold in zip(rows[1:], folds))


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def value_of(text):
    return int(text) if text.lstrip("-").isdigit() else float(text) if is_number(text) else text


def read_results(path):
    with open(path, newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: int(row["trial"]))


def shared(name):
    folder = os.environ.get("WARPTUNE_SHARED_DATA")
    for place in [pathlib.Path(__file__).parents[2] / "data", *([pathlib.Path(folder)] if folder else []),
                  pathlib.Path(__file__).parents[3] / "shared/data"]:
        if (place / name).exists():
            return place / name
    pytest.skip(f"no {name}: WARPTUNE_SHARED_DATA does not name its folder")
