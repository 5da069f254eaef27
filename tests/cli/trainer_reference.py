"""Tables and results as the tests of trainers read them: what the library itself is given in Python."""

import csv
import math
import os
import pathlib
import signal
import subprocess
import time

import pytest
from peers import peer

numpy = peer("numpy")

MISSING = {"", "NA"}
# Tables and metrics by which scores are compared: folds, missing cells, categories, many classes.
PYTHON_CASES = pytest.mark.parametrize(("name", "target", "metric"), [
    *((name, target, metric) for name, target in (("blog", "target"), ("spam", "type"), ("churn", "churn"), ("pima", "diabetes"))
      for metric in ("log_loss", "accuracy", "roc_auc")),
    ("letter", "lettr", "log_loss"), ("letter", "lettr", "accuracy")])


@pytest.fixture
def gpu():
    """Skips where there is no GPU."""
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False).stdout
    except OSError:
        listed = ""
    if "GPU 0" not in listed:
        pytest.skip("no GPU: nvidia-smi lists none")


def other_library():
    """The path of a shared library that trains nothing."""
    with open("/proc/self/maps") as file:
        return next(line.split()[-1] for line in file if "/libc.so" in line or "/libc-" in line)


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


def with_folds(warptune, source, target, count, seed):
    """A table, its fold numbers, and its file with a column that names each row's fold."""
    table = Columns(source, target)
    folds = numpy.random.default_rng(seed).integers(0, count, len(table.labels))
    table.write(warptune.folder / "t.csv", folds, source, target)
    return table, folds, warptune.folder / "t.csv"


def goes_on_after_kill_9(warptune, flags, trials, environment):
    """A study that is killed when it has some of its trials, and resumed, writes the results of one that was not."""
    warptune.good(*flags, "--results", "whole.csv", env=environment)
    process = warptune.start(*flags, "--results", "r.csv", "--journal", "j.log", env=warptune.environment(**environment))
    deadline = time.monotonic() + 60
    journal = warptune.folder / "j.log"
    while time.monotonic() < deadline and (not journal.exists() or journal.read_bytes().count(b'"op_code":4') < 3):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert 3 <= journal.read_bytes().count(b'"op_code":4') < trials
    warptune.good("resume", "j.log", env=environment)
    assert (warptune.folder / "r.csv").read_bytes() == (warptune.folder / "whole.csv").read_bytes()
