"""What a finished study prints and writes: the same bytes however it was computed, the same numbers in every form."""

import csv
import gzip
import io
import json
import os
import pty
import re
import select

import pytest

# Few trees and many fits: min_samples_leaf and criterion are not shared.
SPACE = ["-p", "n_estimators=int(3,9)", "-p", "max_depth=choice(4,7,none)", "-p", "min_samples_leaf=int(1,40)",
         "-p", "criterion=choice(gini,entropy)", "-p", "max_features=choice(sqrt,1,0.2)", "-p", "min_impurity_decrease=float(0,0.01)"]
NAMES = ["n_estimators", "max_depth", "min_samples_leaf", "criterion", "max_features", "min_impurity_decrease"]
SPAM = ["--target", "type", "--trials", "30", "--seed", "7", *SPACE]
EVALUATIONS = {
    "holdout": [],
    "folds": ["--folds", "3", "--metric", "balanced_accuracy"],
    "log_loss": ["--metric", "log_loss", "--holdout", "0.25"],
    "roc_auc": ["--folds", "2", "--metric", "roc_auc", "--no-stratify"],
}


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("evaluation", EVALUATIONS)
@pytest.mark.parametrize("family", ["random_forest", "extra_trees"])
def test_rows_are_the_studys_trials_best_first(warptune, data, evaluation, family):
    flags = EVALUATIONS[evaluation]
    warptune.good("run", "--data", data / "spam.csv", *SPAM, *flags, "-m", family, "--results", "r.csv")
    text = (warptune.folder / "r.csv").read_text()
    folds = int(flags[flags.index("--folds") + 1]) if "--folds" in flags else 0
    fold_names = [f"fold_{i}" for i in range(folds)]
    assert text.splitlines()[0].split(",") == ["rank", "trial", "score", *fold_names, *NAMES, "fit"]
    rows = rows_of(text)
    assert [int(row["rank"]) for row in rows] == list(range(1, 31))
    assert sorted(int(row["trial"]) for row in rows) == list(range(30))
    sign = 1 if evaluation == "log_loss" else -1
    order = [(sign * float(row["score"]), int(row["trial"])) for row in rows]
    assert order == sorted(order)
    for row in rows:
        score = float(row["score"])
        assert repr(score) == row["score"]   # the shortest form, with its point
        assert 0 <= score <= 1 if sign < 0 else score > 0
        if folds:
            total = 0.0
            for name in fold_names:
                total += float(row[name])
            assert score == total / folds
        assert 3 <= int(row["n_estimators"]) <= 9 and 1 <= int(row["min_samples_leaf"]) <= 40
        assert row["max_depth"] in ("4", "7", "none") and row["max_features"] in ("sqrt", "1", "0.2")
    # A fit's number is one of its trials' configuration: the not shared parameters are equal.
    for fit in {row["fit"] for row in rows}:
        assert len({(row["min_samples_leaf"], row["criterion"].replace("log_loss", "entropy"), row["max_features"])
                    for row in rows if row["fit"] == fit}) == 1
    assert len({row["fit"] for row in rows}) > 1


def test_json_holds_what_csv_holds(warptune, data):
    for name in ("r.csv", "r.json"):
        warptune.good("run", "--data", data / "spam.csv", *SPAM, "--folds", "2", "--results", name)
    rows = rows_of((warptune.folder / "r.csv").read_text())
    objects = json.loads((warptune.folder / "r.json").read_text())
    assert len(objects) == len(rows)
    for row, it in zip(rows, objects):
        assert list(row) == list(it)
        for name, text in row.items():
            value = it[name]
            if text == "none":
                assert value is None
            elif isinstance(value, str):
                assert value == text
            else:
                assert value == (float(text) if "." in text or "e" in text else int(text)), name


VARIANTS = {
    "threads_1": (["--threads", "1"], {}),
    "threads_2": (["--threads", "2"], {}),
    "threads_5": (["--threads", "5"], {}),
    "streams_1": (["--streams", "1"], {}),
    "streams_5": (["--streams", "5"], {}),
    "memory_1M": (["--memory", "1M"], {}),
    "v2": (["--device", "cpu"], {"WARPTUNE_ISA": "v2"}),
    "v3": (["--device", "cpu"], {"WARPTUNE_ISA": "v3"}),
}


def wants(warptune, isa):
    """Skips where the processor lacks an instruction set: the program would take a smaller one."""
    got = warptune.good("devices", env={"WARPTUNE_ISA": isa}).stdout
    if f"cpu_{isa}" not in got:
        pytest.skip(f"this processor has no x86-64-{isa}")


@pytest.fixture
def base(warptune, data):
    """Bytes of a study's results, with a holdout and with folds."""
    def run(evaluation, *flags, env=None):
        warptune.good("run", "--data", data / "spam.csv", *SPAM, *EVALUATIONS[evaluation], "--results", "r.csv", *flags, env=env)
        return (warptune.folder / "r.csv").read_bytes()
    return run


@pytest.mark.parametrize("evaluation", ["holdout", "roc_auc"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_bytes_however_it_is_computed(warptune, base, variant, evaluation):
    flags, env = VARIANTS[variant]
    if env:
        wants(warptune, env["WARPTUNE_ISA"])
    assert base(evaluation, *flags, env=env) == base(evaluation)


def test_the_same_bytes_from_csv_gz_and_standard_input(warptune, data):
    plain = (data / "churn.csv").read_bytes()
    (warptune.folder / "t.csv.gz").write_bytes(gzip.compress(plain))
    study = ["--target", "churn", "--positive", "Yes", "--trials", "10", "-p", "n_estimators=int(3,6)", "-p", "min_samples_leaf=int(1,30)",
             "--metric", "roc_auc"]
    warptune.good("run", "--data", data / "churn.csv", *study, "--results", "csv.csv")
    warptune.good("run", "--data", "t.csv.gz", *study, "--results", "gz.csv")
    warptune.good("run", "--data", "-", *study, "--results", "stdin.csv", data=plain)
    warptune.good("run", "--data", "-", *study, "--results", "stdin_gz.csv", data=(warptune.folder / "t.csv.gz").read_bytes())
    expected = (warptune.folder / "csv.csv").read_bytes()
    assert expected.count(b"\n") == 11
    for name in ("gz.csv", "stdin.csv", "stdin_gz.csv"):
        assert (warptune.folder / name).read_bytes() == expected, name


def test_a_study_file_is_the_flags(warptune, data):
    (warptune.folder / "study.toml").write_text(
        f'[data]\npath = "{data / "spam.csv"}"\ntarget = "type"\n[space]\nn_estimators = {{ int = [3, 9] }}\n'
        'min_samples_leaf = { int = [1, 40], log = true }\nmax_depth = { choice = [4, "none"] }\n'
        '[search]\ntrials = 12\nseed = 5\n[evaluate]\nfolds = 2\nmetric = "log_loss"\n[run]\nresults = "toml.csv"\n')
    warptune.good("run", "study.toml")
    warptune.good("run", "--data", data / "spam.csv", "--target", "type", "-p", "n_estimators=int(3,9)",
                  "-p", "min_samples_leaf=int(1,40,log)", "-p", "max_depth=choice(4,none)", "-n", "12", "--seed", "5", "--folds", "2",
                  "--metric", "log_loss", "-o", "flags.csv")
    assert (warptune.folder / "toml.csv").read_bytes() == (warptune.folder / "flags.csv").read_bytes()
    warptune.good("run", "study.toml", "--seed", "6", "-o", "other.csv")   # flags override
    assert (warptune.folder / "toml.csv").read_bytes() != (warptune.folder / "other.csv").read_bytes()


def test_a_fold_column_names_the_folds(warptune):
    """The label is x, but in part c its opposite: who trains on a and b fails on all of c.

    Of 7 rows 4 are in a, 2 in b and 1 in c, so without a or b the right ones are the more.
    """
    parts = ["aaaabbc"[i % 7] for i in range(700)]
    rows = "".join(f"{i % 2},{(i % 2) ^ (part == 'c')},{part}\n" for i, part in enumerate(parts))
    (warptune.folder / "t.csv").write_text("x,label,part\n" + rows)
    study = ["--data", "t.csv", "--target", "label", "--trials", "3", "-p", "n_estimators=int(5,20)"]
    warptune.good("run", *study, "--fold-column", "part", "--results", "folds.csv")
    for row in rows_of((warptune.folder / "folds.csv").read_text()):
        assert float(row["fold_2"]) == 0 and float(row["fold_1"]) == 1
    warptune.good("run", *study, "--fold-column", "part", "--holdout-value", "c", "--results", "r.csv")
    found = rows_of((warptune.folder / "r.csv").read_text())
    assert "fold_0" not in found[0] and [float(row["score"]) for row in found] == [0, 0, 0]


def test_a_grid_has_all_points_once(warptune, data):
    warptune.good("run", "--data", data / "pima.csv", "--target", "diabetes", "--sampler", "grid", "-p", "n_estimators=int(2,20,step=2)",
                  "-p", "max_depth=choice(2,4,none)", "-p", "criterion=choice(gini,entropy)", "-o", "r.csv", "--stats", "s.json")
    rows = rows_of((warptune.folder / "r.csv").read_text())
    points = {(row["n_estimators"], row["max_depth"], row["criterion"]) for row in rows}
    assert len(rows) == len(points) == 10 * 3 * 2
    stats = json.loads((warptune.folder / "s.json").read_text())
    assert (stats["trials"], stats["fits"], stats["trees"]) == (60, 2, 40)


def test_duplicates_have_the_first_ones_score_and_fit(warptune, data):
    warptune.good("run", "--data", data / "pima.csv", "--target", "diabetes", "--trials", "50", "-p", "max_depth=int(2,4)",
                  "-p", "n_estimators=10", "-p", "min_samples_leaf=choice(1,9)", "-o", "r.csv", "--stats", "s.json")
    rows = rows_of((warptune.folder / "r.csv").read_text())
    of_point = {}
    for row in rows:
        of_point.setdefault((row["max_depth"], row["min_samples_leaf"]), set()).add((row["score"], row["fit"]))
    assert len(of_point) == 6 and all(len(found) == 1 for found in of_point.values())
    assert json.loads((warptune.folder / "s.json").read_text())["fits"] == 2


@pytest.mark.parametrize("memory", [[], ["--memory", "300K"]], ids=["", "little_memory"])
@pytest.mark.parametrize("folds", [1, 4])
def test_stats(warptune, data, folds, memory):
    evaluation = ["--folds", folds] if folds > 1 else []
    warptune.good("run", "--data", data / "spam.csv", *SPAM, *evaluation, *memory, "--results", "r.csv", "--stats", "s.json", "--journal",
                  "j.log")
    stats = json.loads((warptune.folder / "s.json").read_text())
    assert list(stats) == ["trials", "fits", "trees", "matrices", "boosters", "threads", "trainer_seconds", "launches", "uploads", "bytes_to_device", "bytes_from_device", "batches",
                           "batches_split", "seconds", "peak_bytes"]
    rows = rows_of((warptune.folder / "r.csv").read_text())
    assert stats["trials"] == 30
    assert stats["fits"] == folds * len({row["fit"] for row in rows})
    assert stats["uploads"] == 1
    most_trees = {}
    for row in rows:
        most_trees[row["fit"]] = max(most_trees.get(row["fit"], 0), int(row["n_estimators"]))
    if not memory:   # a fit whose votes do not fit is grown again for each part of its depths
        assert stats["trees"] == folds * sum(most_trees.values())
    assert stats["trees"] >= folds * sum(most_trees.values())
    assert stats["batches"] >= 1 and stats["batches_split"] == 0
    assert set(stats["seconds"]) == {"read", "bin", "fit", "journal", "results"}
    assert all(0 <= seconds < 60 for seconds in stats["seconds"].values())
    assert set(stats["peak_bytes"]) == {"host", "device"}
    table_bytes = 4601 * 57
    assert stats["peak_bytes"]["host"] > table_bytes


def test_the_table_on_standard_output(warptune, data):
    flags = ["--data", data / "spam.csv", *SPAM, "--device", "cpu"]
    done = warptune.good("run", *flags, "--results", "r.csv", "--journal", "j.log")
    assert done.stderr == ""   # no terminal: no progress line
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["rank", "trial", "accuracy", *NAMES, "fit"]
    rows = rows_of((warptune.folder / "r.csv").read_text())
    for line, row in zip(lines[1:11], rows):
        cells = line.split()
        assert (cells[0], cells[1], cells[2], cells[-1]) == (row["rank"], row["trial"], f"{float(row['score']):.6f}", row["fit"])
    fits = len({row["fit"] for row in rows})
    assert len(lines) == 12 and re.fullmatch(rf"30 trials, {fits} fits, [0-9.e-]+ s, [0-9.,]+ trials/s", lines[11])
    # The journal's table is the same, without the time.
    top = warptune.good("top", "j.log").stdout.splitlines()
    assert top[:11] == lines[:11] and top[11] == f"30 trials, {fits} fits"
    assert len(warptune.good("top", "j.log", "--top", "3").stdout.splitlines()) == 5
    assert len(warptune.good("run", *flags, "--top", "99").stdout.splitlines()) == 32
    assert len(warptune.good("run", *flags, "--top", "0").stdout.splitlines()) == 1
    quiet = warptune.good("run", *flags, "--quiet", "-o", "quiet.csv")
    assert quiet.stdout == "" and quiet.stderr == ""
    assert (warptune.folder / "quiet.csv").read_bytes() == (warptune.folder / "r.csv").read_bytes()


def test_device_auto_says_what_it_took(warptune, data):
    done = warptune.good("run", "--data", data / "pima.csv", "--target", "diabetes", "--trials", "2", "-p", "n_estimators=int(3,5)")
    assert re.fullmatch(r"warptune: running on (the CPU: .+|\d+ GPUs?: .+)\n", done.stderr)


def test_one_progress_line_on_a_terminal(warptune, data):
    outer, inner = pty.openpty()
    process = warptune.start("run", "--data", data / "spam.csv", "--target", "type", "--trials", "40", "-p", "min_samples_leaf=int(1,99)",
                             "-p", "n_estimators=40", "--device", "cpu", stderr=inner, env=warptune.environment(TERM="xterm"))
    os.close(inner)
    shown = b""
    while True:
        ready, _, _ = select.select([outer], [], [], 60)
        try:
            part = os.read(outer, 65536) if ready else b""
        except OSError:   # the other end is closed
            part = b""
        if not part:
            break
        shown += part
    os.close(outer)
    assert process.wait() == 0 and "40 trials" in process.stdout.read()
    lines = shown.decode().split("\r\x1b[K")
    assert len(lines) > 2 and lines[-1] == "" and "\n" not in shown.decode()   # cleared at the end
    assert all(re.match(r"\d+/40 trials", line) for line in lines[1:-1]), lines


def test_dry_run_writes_nothing(warptune, data):
    done = warptune.good("run", "--data", data / "spam.csv", *SPAM, "--folds", "3", "--dry-run", "--device", "cpu", "--journal", "j.log",
                         "--results", "r.csv", "--stats", "s.json")
    assert warptune.files() == [] and done.stderr == ""
    plan = dict(re.match(r" *(\S[a-z ]*?)  +(\S.*)", line).groups() for line in done.stdout.split("\n\n")[1].splitlines())
    assert plan["trials"] == "30" and plan["folds"] == "3" and plan["dataset"].startswith("4601 rows x 57 features, 2 classes")
    assert {"shared", "duplicates", "fits", "batches", "memory", "expected work"} <= set(plan)
    warptune.good("run", "--data", data / "spam.csv", *SPAM, "--folds", "3", "--stats", "s.json")
    stats = json.loads((warptune.folder / "s.json").read_text())
    assert (int(plan["fits"]), int(plan["trees"])) == (stats["fits"], stats["trees"])


def test_nothing_but_the_asked_files_is_left(warptune, data):
    warptune.good("run", "--data", data / "spam.csv", *SPAM, "--journal", "j.log", "--results", "r.csv", "--stats", "s.json")
    assert warptune.files() == ["j.log", "r.csv", "s.json"]


def test_standard_output_that_is_full_is_an_error(warptune, data):
    for arguments in (["run", "--data", data / "pima.csv", "--target", "diabetes", "-n", "2", "--device", "cpu"], ["families"], ["--help"],
                      ["devices"]):
        with open("/dev/full", "wb") as full:
            process = warptune.start(*arguments, stdout=full)
            assert "cannot write to standard output: No space left on device" in process.communicate()[1]
            assert process.returncode == 1


def test_families_and_devices(warptune):
    families = warptune.good("families").stdout
    assert "random_forest" in families and "extra_trees" in families
    table = warptune.good("families", "random_forest").stdout
    shared = {line.split()[0]: "yes" in line.split() for line in table.splitlines() if re.match(r"[a-z_]+ {2,}.*(yes|-)", line)}
    assert all(shared[name] for name in ("n_estimators", "max_depth", "min_samples_split", "min_impurity_decrease", "max_leaf_nodes",
                                         "ccp_alpha"))
    assert not any(shared[name] for name in ("max_features", "min_samples_leaf", "max_samples", "criterion", "class_weight"))
    assert "false" in re.search(r"^bootstrap .*$", warptune.good("families", "extra_trees").stdout, re.M)[0]
    assert re.match(r"cpu +\d+ threads?( \(.+\))?, [\d.]+[KMGT]? of memory( \(.+\))?, kernels for \w+\n", warptune.good("devices").stdout)


def test_version_help_man_and_completion(warptune):
    assert re.fullmatch(r"warptune \d+\.\d+\.\d+\n", warptune.good("--version").stdout)
    assert warptune.good("-V").stdout == warptune.good("--version").stdout
    overview = warptune.good("--help").stdout
    for command in ("run", "resume", "top", "families", "devices"):
        assert re.search(rf"^  {command}\b", overview, re.M)
        assert warptune.good(command, "--help").stdout.count("Usage: warptune " + command) == 1
    flags = re.findall(r"--[a-z-]+", warptune.good("run", "--help").stdout)
    man = warptune.good("--man").stdout.replace("\\-", "-")
    bash = warptune.good("--completion", "bash").stdout
    zsh = warptune.good("--completion", "zsh").stdout
    for flag in set(flags):
        assert flag in man and flag in bash and flag in zsh, flag
