"""The columns are sorted on the device, and the bins are the CPU's to the last byte: a journal keeps the dataset's hash, of
names, cuts, values, bins and labels."""

import json
import random
import struct

import pytest

from conftest import DATA

CHECKS = ["--check", "memory,races", "--strict"]
ONE_FIT = ["--param", "n_estimators=1", "--param", "max_depth=2", "--trials", 1, "--quiet"]


def dataset_hash(cuda, device, *flags, lab=()):
    """The hash of the dataset of a study on a device."""
    (cuda.folder / "j.log").unlink(missing_ok=True)
    flags = ["run", *flags, *ONE_FIT, "--device", device, "--journal", "j.log"]
    done = cuda(*flags, lab=lab)
    assert done.returncode == 0, done.stderr
    found = set()

    def look(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key.endswith("dataset") and isinstance(inner, str):
                    found.add(inner)
                look(inner)

    for line in (cuda.folder / "j.log").read_text().splitlines():
        look(json.loads(line))
    assert len(found) == 1 and len(next(iter(found))) == 32, found
    return found.pop()


def assert_same(cuda, *flags, lab=()):
    assert dataset_hash(cuda, "cuda", *flags, lab=[*CHECKS, *lab]) == dataset_hash(cuda, "cpu", *flags)


@pytest.mark.parametrize("name, target", [("blog", "target"), ("pima", "diabetes"), ("churn", "churn")])
def test_tables(cuda, name, target):
    assert_same(cuda, "--data", DATA / f"{name}.csv", "--target", target)


def any_double(rng):
    while True:
        value = struct.unpack("<d", rng.randbytes(8))[0]
        if abs(value) < float("inf"):
            return repr(value)


COLUMNS = {
    "few values": lambda rng, i: str(rng.randrange(3)),
    "one value": lambda rng, i: "7.5",
    "all missing": lambda rng, i: "",
    "also missing": lambda rng, i: "",   # begins as the column before ends
    "one value or missing": lambda rng, i: rng.choice(["", "-2"]),
    "zeros of both signs": lambda rng, i: rng.choice(["-0.0", "0", "-1e-320", "1e-320", "5e-324", "-5e-324", ""]),
    "whole numbers of both signs": lambda rng, i: str(rng.randrange(-300, 300)),
    "all numbers": lambda rng, i: any_double(rng),
    "largest and smallest": lambda rng, i: rng.choice(["1.7976931348623157e308", "-1.7976931348623157e308", "2.2250738585072014e-308"]),
    "neighbours": lambda rng, i: rng.choice(["1", "1.0000000000000002", "0.9999999999999999", "-1", "-1.0000000000000002"]),
    "negative": lambda rng, i: f"{-rng.lognormvariate(0, 3):.4f}",
    "sorted": lambda rng, i: str(i),
    "text": lambda rng, i: rng.choice(["red", "green", "", "blue"]),
    "one big value": lambda rng, i: "5" if rng.random() < 0.6 else f"{rng.random():.3f}",
}


def write_table(path, columns, rows, seed=1):
    rng = random.Random(seed)
    lines = [",".join([*columns, "kind"])]
    for i in range(rows):
        lines.append(",".join([*(COLUMNS[name](rng, i) for name in columns), "ab"[i % 2]]))
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("rows, flags, lab", [
    (700, [], []),
    (700, ["--max-bins", 9], ["--order", "reverse"]),
    (700, ["--memory", "90K"], ["--schedule", "random:3", "--order", "random:2"]),   # groups, the last one smaller
    (5, ["--holdout", 0.4], []),
], ids=str)
def test_columns_of_all_kinds(cuda, rows, flags, lab):
    write_table(cuda.folder / "t.csv", list(COLUMNS), rows)
    assert_same(cuda, "--data", "t.csv", "--target", "kind", *flags, lab=lab)


def test_columns_one_at_a_time(cuda):
    """Little memory: room for the dataset, if its columns are few, but not for sorting two columns at once."""
    columns = ["few values", "all missing", "also missing", "one value or missing", "zeros of both signs", "all numbers", "neighbours"]
    write_table(cuda.folder / "t.csv", columns, 700)
    assert_same(cuda, "--data", "t.csv", "--target", "kind", "--memory", "32K", lab=["--schedule", "lazy"])


def test_a_long_column_is_sorted_alone(cuda):
    write_table(cuda.folder / "t.csv", ["negative", "few values"], (1 << 17) + 5)
    flags = ["--data", "t.csv", "--target", "kind", "--max-bins", 60]
    assert dataset_hash(cuda, "cuda", *flags) == dataset_hash(cuda, "cpu", *flags)


@pytest.mark.parametrize("failure", ["malloc:>1K", "launch:1", "launch:5", "launch:13", "memcpy:1", "memcpy:2", "memcpy:5", "device:0@launch:3"])
def test_a_device_that_fails_is_an_error(lab, table, failure):
    done = lab("run", *table("pima"), *ONE_FIT, "--device", "cuda", "--results", "cuda.csv", lab=["--fail", failure])
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("warptune: cuda:0: sorting the columns: cu"), done.stderr
    assert "  hint: use another device, or --device cpu" in done.stderr
    assert not (lab.folder / "cuda.csv").exists()


@pytest.mark.parametrize("failure", ["malloc:1", "malloc:>60K", "hostmalloc:1", "malloc:1,hostmalloc:1"])
def test_with_less_memory_fewer_columns_are_sorted_at_a_time(lab, table, failure):
    assert_same(lab, *table("pima"), lab=["--fail", failure])


def test_the_launches_do_not_grow_with_the_columns(lab, table):
    launches = []
    for name in ("pima", "five"):   # 8 and 4 columns
        done = lab("run", *table(name), *ONE_FIT, "--device", "cuda", lab=["--report", "report.json"])
        assert done.returncode == 0, done.stderr
        launches.append(sum(kernel["counters"]["launches"] for kernel in lab.json("report.json")["kernels"]))
    assert max(launches) <= 18   # of them 15 at most to sort, 3 for the fit


def test_what_is_wrong_with_the_table_comes_before_the_device(lab, table):
    done = lab("run", *table("pima"), "--drop", "nothing", *ONE_FIT, "--device", "cuda", lab=["--devices", 0])
    assert done.returncode == 2 and "nothing" in done.stderr, done.stderr
