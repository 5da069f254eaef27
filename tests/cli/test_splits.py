"""Groups and times: the folds are scikit-learn's, row for row, for every family and on resume."""

import csv
import io
import pathlib
import random
import sys

import numpy
import pytest

sklearn = pytest.importorskip("sklearn.model_selection")


def write(warptune, rows, seed=1, classes=3):
    """g: groups of many sizes; t: days with ties; n: the same as numbers; x: a feature."""
    rng = random.Random(seed)
    lines = ["g,t,n,x,y"]
    for _ in range(rows):
        group, day, x = int(rng.paretovariate(1)) % 40, rng.randrange(300), rng.gauss(0, 1)
        lines.append(f"p{group:02d},{2020 + day // 150}-{1 + day % 150 // 28:02d}-{1 + day % 28:02d},{day},{x:.3f},"
                     f"c{int(x + group % classes + 2 * rng.random()) % classes}")
    (warptune.folder / "t.csv").write_text("\n".join(lines) + "\n")
    with open(warptune.folder / "t.csv") as file:
        return list(csv.DictReader(file))


def folds(warptune, *flags):
    done = warptune.good("split", "--data", "t.csv", "--target", "y", *flags)
    return list(csv.DictReader(io.StringIO(done.stdout)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("classes", [2, 3, 11])
@pytest.mark.parametrize("flags, peer", [([], "StratifiedGroupKFold"), (["--no-stratify"], "GroupKFold")])
def test_groups_are_dealt_as_scikit_learn_deals_them(warptune, flags, peer, classes, seed):
    table = write(warptune, 400 + 50 * seed, seed, classes)
    ours = [int(row["fold"]) for row in folds(warptune, "--group", "g", "--folds", 4, *flags)]
    theirs = numpy.full(len(table), -1)
    split = getattr(sklearn, peer)(4).split(table, [row["y"] for row in table], [row["g"] for row in table])
    for fold, (_, validation) in enumerate(split):
        theirs[validation] = fold
    assert ours == theirs.tolist()


@pytest.mark.parametrize("column", ["t", "n"])
@pytest.mark.parametrize("flags, options", [([], {}), (["--gap", 9], {"gap": 9}), (["--window", 50], {"max_train_size": 50}),
                                            (["--gap", 9, "--window", 30], {"gap": 9, "max_train_size": 30})])
def test_times_are_split_as_scikit_learn_splits_them(warptune, column, flags, options):
    table = write(warptune, 407)
    order = sorted(range(len(table)), key=lambda i: int(table[i]["n"]) if column == "n" else table[i]["t"])
    ours = folds(warptune, "--time", column, "--folds", 5, *flags)
    for fold, (train, validation) in enumerate(sklearn.TimeSeriesSplit(5, **options).split(order)):
        roles = ["unused"] * len(table)
        for i in train:
            roles[order[i]] = "train"
        for i in validation:
            roles[order[i]] = "validate"
        assert [row[f"fold_{fold}"] for row in ours] == roles


RUN = ["run", "--data", "t.csv", "--target", "y", "--seed", 2]
FOREST = ["-p", "n_estimators=20", "-p", "max_depth=int(2,6)", "--trials", 4]


@pytest.mark.parametrize("column", ["g", "t"])
def test_a_column_that_splits_is_no_feature_unless_it_is_kept(warptune, column):
    write(warptune, 300)
    flag = {"g": "--group", "t": "--time"}[column]
    uses = lambda *more: {line.split()[0]: line.split()[4:] for line in  # noqa: E731
                          warptune.good(*RUN, flag, column, *more, "--dry-run").stdout.splitlines()[1:6]}
    word = {"g": "groups", "t": "time"}[column]
    assert uses()[column] == [word] and uses()["x"] == ["feature"]
    assert uses("--keep", f"x,{column}")[column] == ["feature,", word]
    assert uses("--keep", "x")[column] == [word] and uses("--drop", column)[column] == [word]


def test_the_folds_of_split_are_those_of_run(warptune):
    """A column of them gives the same scores."""
    table = write(warptune, 400)
    codes = folds(warptune, "--group", "g", "--folds", 3)
    with open(warptune.folder / "t.csv", "w") as file:
        file.write("g,t,n,x,y,f\n")
        for row, code in zip(table, codes):
            file.write(",".join([*row.values(), code["fold"]]) + "\n")
    warptune.good(*RUN, *FOREST, "--group", "g", "--folds", 3, "--drop", "f", "--results", "a.csv")
    warptune.good(*RUN, *FOREST, "--fold-column", "f", "--drop", "g", "--results", "b.csv")
    assert (warptune.folder / "a.csv").read_bytes() == (warptune.folder / "b.csv").read_bytes()


@pytest.mark.parametrize("flags", [["--group", "g", "--folds", 3], ["--time", "t", "--folds", 3, "--gap", "10d", "--window", "300d"]])
def test_resume_goes_on_with_the_same_folds(warptune, flags):
    write(warptune, 400)
    warptune.good(*RUN, *FOREST, *flags, "--results", "a.csv")
    warptune.good(*RUN, *FOREST[:-1], 2, *flags, "--journal", "j.log")
    warptune.good("resume", "j.log", "--trials", 4, "--results", "b.csv")
    assert (warptune.folder / "a.csv").read_bytes() == (warptune.folder / "b.csv").read_bytes()


def test_a_worker_gets_the_rows_of_a_time_split(warptune):
    write(warptune, 120)
    (warptune.folder / "worker.py").write_text(f"""
import sys
sys.path.insert(0, {str(pathlib.Path(__file__).parents[2] / "python")!r})
import warptune_worker
def score(params, data):
    assert max(data.X[data.train, 0]) < min(data.X[data.validation, 0])
    return len(data.train)
warptune_worker.serve(score)
""")
    warptune.good(*RUN, "--model", "command", "--command", f"{sys.executable} worker.py", "-p", "z=1", "--trials", 1,
                  "--time", "n", "--keep", "n,x", "--folds", 3, "--gap", 5, "--results", "r.csv")
    with open(warptune.folder / "r.csv") as file:
        [row] = csv.DictReader(file)
    assert float(row["score"]) == pytest.approx(numpy.mean([30 - 5, 60 - 5, 90 - 5]))


def test_a_score_of_repetitions_is_the_mean_of_their_folds(warptune):
    """Of trees without draws, which are the same wherever their fold stands."""
    table = write(warptune, 300)
    roles = folds(warptune, "--folds", 2, "--repeats", 3, "--seed", 2)
    assert list(roles[0]) == [f"fold_{i}" for i in range(6)]
    with open(warptune.folder / "t.csv", "w") as file:
        file.write("g,t,n,x,y,f0,f1,f2\n")
        for row, role in zip(table, roles):
            codes = [0 if role[f"fold_{2 * r}"] == "validate" else 1 for r in range(3)]
            file.write(",".join([*row.values(), *map(str, codes)]) + "\n")
    study = [*RUN, "--model", "random_forest", "-p", "bootstrap=false", "-p", "max_features=all", "-p", "n_estimators=1",
             "-p", "max_depth=3", "--trials", 1, "--keep", "x", "--metric", "log_loss"]   # one feature: no ties to break

    def score(*flags):
        warptune.good(*study, *flags, "--results", "r.csv")
        with open(warptune.folder / "r.csv") as file:
            return float(next(csv.DictReader(file))["score"])
    of_each = [score("--fold-column", f"f{r}") for r in range(3)]
    assert len(set(of_each)) == 3
    assert score("--folds", 2, "--repeats", 3) == pytest.approx(numpy.mean(of_each), rel=1e-12)


@pytest.mark.parametrize("flags, message", [
    (["--time", "g"], "row 1 of the time column 'g' is"),
    (["--time", "x", "--gap", "3d"], "the time column holds numbers"),
    (["--time", "t", "--folds", 3, "--gap", 100], "fold 0 has no row to train on"),
    (["--group", "y"], "can't be the group column"),
    (["--group", "gg"], "there is no column 'gg' (the group column)"),
    (["--group", "g", "--time", "t"], "groups and times are both given"),
])
def test_what_cannot_be_split(warptune, flags, message):
    write(warptune, 300)
    for command in ("run", "split"):
        done = warptune(command, "--data", "t.csv", "--target", "y", *flags)
        assert done.returncode == 2 and message in done.stderr, done.stderr


@pytest.mark.parametrize("times, flags, message", [
    (["2024-01-01T00:00Z", "2024-01-02T00:00", "2024-01-03T00:00"], [], "some of the times in 't' say their offset"),
    (["1700000000", "1700000001", "soon"], [], "row 3 of the time column 't' is 'soon', no number and no date"),
    (["1700000000", "1700000001", "2024-01-01"], [], "some of the times in 't' are numbers, as '1700000000', and others are dates"),
    (["3", "2", "1"], ["--types", "t=category"], "the time column 't' holds numbers, and is read as categories"),
    (["3", "2", "1"], ["--types", "t=ignore"], "the time column 't' is not read"),
    (["yes", "no", "no"], [], "holds two words"),
])
def test_times_that_have_no_order(warptune, times, flags, message):
    (warptune.folder / "t.csv").write_text("t,x,y\n" + "".join(f"{time},{i},{'ab'[i % 2]}\n" for i, time in enumerate(times)))
    done = warptune("split", "--data", "t.csv", "--target", "y", "--time", "t", *flags)
    assert done.returncode == 2 and message in done.stderr, done.stderr


def test_a_positive_class_is_dealt_as_in_a_run(warptune):
    """Its place among the classes says which rows the folds get."""
    (warptune.folder / "t.csv").write_text("x,y\n" + "".join(f"{i},{'p' if i < 14 else 'q'}\n" for i in range(33)))
    assert folds(warptune, "--folds", 5, "--positive", "p") != folds(warptune, "--folds", 5)
