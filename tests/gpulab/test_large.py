"""Tables and forests of sizes that the other tests do not reach: the same bytes as on the CPU. Each has a small form, which
the interpreter gets through in seconds, and with --full a whole one, for a GPU or for an hour under gpulab."""

import random

import pytest


def write_table(path, rows, features, classes, seed=1):
    """Numbers of more than 256 values each; the class depends on three of them, and sometimes on nothing."""
    rng = random.Random(seed)
    with open(path, "w") as file:
        file.write(",".join([*(f"f{i}" for i in range(features)), "kind"]) + "\n")
        for _ in range(rows):
            cells = [rng.randrange(4000) for _ in range(features)]
            kind = (cells[0] // 40 + cells[features // 2] // 7 + cells[-1] // 300) % classes if rng.random() < 0.8 else rng.randrange(classes)
            file.write(",".join(map(str, cells)) + f",c{kind}\n")
    return ["--data", path, "--target", "kind"]


# name: (rows, features, classes) small and whole, the study's parameters and flags small and whole, gpulab's options
STUDIES = {
    "more trees than blocks": ((900, 4, 2), (10000, 4, 2), ["n_estimators=120", "max_depth=int(1,4)"],
                               ["n_estimators=998", "max_depth=int(1,9)"], [], ["--arch", 75]),
    "26 classes without a limit": ((1500, 16, 26), (20000, 16, 26), ["n_estimators=3", "max_features=4"],
                                   ["n_estimators=300", "max_features=4"], [], []),
    "150 classes": ((1200, 6, 150), (20000, 6, 150), ["n_estimators=1", "max_depth=int(3,5)"], ["n_estimators=50"], [], []),
    "40 classes, weighed or not": ((1500, 5, 40), (20000, 6, 40), ["n_estimators=2", "max_depth=int(3,6)", "criterion=choice(gini,entropy)",
                                   "class_weight=choice(none,balanced)", "min_samples_leaf=choice(1,3)"],
                                   ["n_estimators=100", "criterion=choice(gini,entropy)", "class_weight=choice(none,balanced)"], [], []),
    "256 classes": ((2000, 3, 256), (20000, 6, 256), ["n_estimators=1", "max_depth=3"], ["n_estimators=50"],
                    ["--metric", "log_loss"], []),
    "extra_trees and roc_auc": ((5000, 28, 2), (105000, 28, 2), ["n_estimators=2", "max_depth=5"], ["n_estimators=100", "max_depth=10"],
                                ["--model", "extra_trees", "--metric", "roc_auc"], []),
    "more draws than 16 bits count": ((1500, 4, 2), (150000, 4, 2), ["n_estimators=1", "max_depth=4", "max_samples=70000"],
                                      ["n_estimators=20", "max_depth=8"], [], []),
    "2,000 features": ((300, 2000, 2), (3000, 2000, 2), ["n_estimators=2", "max_depth=4"], ["n_estimators=100"], [], []),
    "2,000 features of 30 classes": ((300, 2000, 30), (3000, 2000, 30), ["n_estimators=1", "max_depth=3"], ["n_estimators=100"], [], []),
    "a large tree": ((26000, 2, 2), (1000000, 28, 2), ["n_estimators=1", "max_depth=2"], ["n_estimators=3", "max_depth=10"], [], []),
}


@pytest.mark.parametrize("name", STUDIES)
def test_large_studies_give_the_cpus_bytes(cuda, full, name):
    small, whole, parameters, whole_parameters, more, options = STUDIES[name]
    chosen = whole_parameters if full else parameters
    flags = [*write_table(cuda.folder / "large.csv", *(whole if full else small)),
             *(word for text in chosen for word in ("--param", text)), "--trials", 3, *more]
    timeout = 7200 if full else 120
    done = cuda("run", *flags, "--device", "cuda", "--results", "cuda.csv", lab=[*options, "--strict"], timeout=timeout)
    assert done.returncode == 0, done.stderr
    assert cuda.results() == cuda.cpu(*flags, timeout=timeout)
