"""What users' tables mean: each case of tests/cases gives its right value, or says what is the matter and where.

The values of scikit-learn 1.9.1 and pandas 3.1 for the same tables; scores of other random draws differ a little.
"""

import csv
import pathlib

import pytest

CASES = pathlib.Path(__file__).resolve().parents[1] / "cases"
CPU = ["--device", "cpu", "-j", 1]
RF50 = ["-n", 1, "-p", "n_estimators=50"]


def run(warptune, case, target, *flags):
    """A run that ends well: the only trial's score, and what it said on standard error."""
    done = warptune.good("run", "--data", CASES / case, "-t", target, *CPU, "--results", "r.csv", *flags)
    with (warptune.folder / "r.csv").open(newline="") as file:
        [row] = csv.DictReader(file)
    return float(row["score"]), done.stderr


def refused(warptune, case, target, *flags):
    """A run that must end with exit code 2: message and hint."""
    before = warptune.files()
    done = warptune("run", "--data", CASES / case, "-t", target, *CPU, "--results", "none.csv", *flags)
    assert done.returncode == 2, done.stderr
    assert warptune.files() == before
    return done.stderr


def columns(warptune, case, target, *flags):
    """--dry-run's table of columns: {name: (type, missing, distinct, use)}."""
    done = warptune.good("run", "--data", CASES / case, "-t", target, *CPU, "-n", 1, "--dry-run", *flags)
    lines = done.stdout.split("\n\n")[0].splitlines()
    assert lines[0].split() == ["column", "type", "missing", "distinct", "used", "as"]
    return {line.rsplit(None, 4)[0]: tuple(line.rsplit(None, 4)[1:]) for line in lines[1:]}


def test_pandas_words_are_missing(warptune):
    flags = ["-n", 1, "-p", "n_estimators=100", "-p", "max_depth=4", "--folds", 5]
    assert run(warptune, "amount_na.csv", "y", *flags) == run(warptune, "amount_empty.csv", "y", *flags) == (1.0, "")
    assert columns(warptune, "amount_na.csv", "y") == {"amount": ("number", "1", "559", "feature"),
                                                       "y": ("category", "0", "2", "target")}


def test_a_column_of_mostly_numbers_is_noted(warptune):
    flags = ["-n", 1, "-p", "n_estimators=100", "-p", "max_depth=4", "--folds", 5, "--no-na", "N/A"]
    score, notes = run(warptune, "amount_na.csv", "y", *flags)
    assert score < 0.7
    assert f"{CASES}/amount_na.csv:433:1: 'N/A' is no number, so the column 'amount' is text" in notes
    assert "599 of its 600 cells" in notes and "--types amount=category" in notes
    assert run(warptune, "amount_na.csv", "y", *flags, "--types", "amount=category") == (score, "")
    error = refused(warptune, "amount_na.csv", "y", "--no-na", "N/A", "--types", "amount=number")
    assert "amount_na.csv:433:1: 'N/A' is no number, and the column 'amount' is said to hold numbers" in error


def test_words_that_the_user_names_are_missing(warptune):
    (warptune.folder / "t.csv").write_text("x,y\n" + "".join(f"{i % 7},{i % 2}\n" for i in range(40)) + "-999,0\nwhat,1\n")
    done = columns(warptune, warptune.folder / "t.csv", "y", "--na=-999,what")
    assert done["x"] == ("number", "2", "7", "feature")
    done = warptune.good("run", "--data", "t.csv", "-t", "y", *CPU, "-n", 1, "--na", "what,never")
    assert "t.csv: no cell is 'never', which --na names" in done.stderr


def test_thousands(warptune):
    score, notes = run(warptune, "thousands.csv", "y", *RF50, "--folds", 4)
    assert "thousands.csv:10:2: '1,096' is no number" in notes and "--thousands ,;" in notes
    better, notes = run(warptune, "thousands.csv", "y", *RF50, "--folds", 4, "--thousands", ",")
    assert better > max(score, 0.98) and notes == ""
    in_file = warptune.folder / "s.toml"
    in_file.write_text(f'[data]\npath = "{CASES}/thousands.csv"\ntarget = "y"\nthousands = ","\n'
                       '[space]\nn_estimators = 50\n[search]\ntrials = 1\n[evaluate]\nfolds = 4\n')
    warptune.good("run", in_file, *CPU, "--results", "again.csv")
    assert (warptune.folder / "again.csv").read_bytes() == (warptune.folder / "r.csv").read_bytes()


def test_labels_are_texts(warptune):
    score, notes = run(warptune, "bigid_class2.csv", "author", *RF50, "--folds", 5)
    assert abs(score - 0.607) < 0.03 and notes == ""
    score, notes = run(warptune, "labels_versions2.csv", "section", *RF50, "--folds", 5)
    assert abs(score - 0.667) < 0.03
    assert "'2.1' and '2.10' of the target 'section' are the same number" in notes
    one, notes = run(warptune, "labels_versions2.csv", "section", *RF50, "--folds", 5, "--types", "section=number")
    assert one == 1.0 and notes == ""
    assert "class '100000' has 1 row" in refused(warptune, "few100000.csv", "y", "-n", 1, "-p", "n_estimators=5",
                                                 "--folds", 3)


def test_workers_get_the_files_texts(warptune, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("x,y\n" + "".join(f"{i},{['100000', '2.10', '2.1'][i % 3]}\n" for i in range(30)))
    program = tmp_path / "worker.py"
    program.write_text("import sys, json\n"
                       "print(json.dumps({'ready': 1}), flush=True)\n")
    done = warptune("run", "--data", table, "-t", "y", "-m", "command", "--command",
                    f"head -1 > {tmp_path}/hello; exit 1", "-p", "a=1", "-n", 1, *CPU)
    assert done.returncode != 0
    assert '["2.1","2.10","100000"]' in (tmp_path / "hello").read_text().replace(", ", ",")


def test_na_as_a_class(warptune):
    error = refused(warptune, "na_class.csv", "continent")
    assert "na_class.csv:2:7: no value in the target 'continent' (20 rows have none): 'NA' counts as missing" in error
    assert "--no-na NA" in error
    assert run(warptune, "na_class.csv", "continent", "--no-na", "NA", *RF50) == (1.0, "")


def test_a_column_without_a_name(warptune):
    score, notes = run(warptune, "pandas_index.csv", "y", *RF50)
    assert "pandas_index.csv:1:1: column 1 has no name and is called 'column 1'; --drop 1 leaves it out" in notes
    assert run(warptune, "pandas_index.csv", "y", *RF50, "--drop", 1) == run(
        warptune, "pandas_index.csv", "y", *RF50, "--drop", "column 1")
    assert columns(warptune, "pandas_index.csv", "y", "--drop", 1)["column 1"] == ("ignored", "-", "-", "-")


def test_more_folds_than_bytes_have_values(warptune):
    score, notes = run(warptune, "fold_300groups.csv", "y", "--fold-column", "g", "-n", 1, "-p", "n_estimators=5")
    assert 0.5 < score < 1 and notes == ""


def test_fold_minus_one_only_trains(warptune):
    (warptune.folder / "t.csv").write_text("x,y,f\n" + "".join(f"{i},{i % 2},{i % 3 - 1}\n" for i in range(60)))
    score, notes = run(warptune, warptune.folder / "t.csv", "y", "--fold-column", "f", *RF50)
    assert "20 rows of fold -1 in 'f' only train, as in scikit-learn's PredefinedSplit" in notes
    header = (warptune.folder / "r.csv").read_text().splitlines()[0]
    assert "fold_0" in header and "fold_1" in header and "fold_2" not in header


def test_degenerate_evaluations_are_noted(warptune):
    score, notes = run(warptune, "unseen_fold.csv", "y", "-n", 1, "-p", "n_estimators=20", "--fold-column", "f",
                       "--metric", "log_loss")
    assert abs(score - 2.772589) < 1e-5
    assert notes.count("class '2' has no training row in fold 'b', which validates on 3 rows of it") == 1
    score, notes = run(warptune, "auc_onefold.csv", "y", "--fold-column", "f", "--metric", "balanced_accuracy", *RF50)
    assert "fold 'c' has validation rows of one class only" in notes
    error = refused(warptune, "auc_onefold.csv", "y", "--fold-column", "f", "--metric", "roc_auc")
    assert "metric roc_auc: fold 'c' has validation rows of one class only" in error and "'f'" in error
    assert "stratify" not in error


def test_a_class_of_fewer_rows_than_folds(warptune):
    assert "class '2' has 4 rows, fewer than the 5 folds" in refused(warptune, "rare541.csv", "y", "--folds", 5)


def test_files_of_other_programs(warptune):
    error = refused(warptune, "comment.csv", "y")
    assert "comment.csv:2:" in error and "begin with #" in error and "grep -v '^#'" in error
    score, notes = run(warptune, "excel_sep.csv", "y", *RF50)
    assert notes == "" and 0 <= score <= 1
    for flags in ([], ["--no-stratify"]):
        assert "cat_two_files.csv:62:1: the header stands here again" in refused(warptune, "cat_two_files.csv", "y", *flags)


@pytest.mark.parametrize("flags, message", [
    (["--types", "x"], "--types x: x is not COLUMN=TYPE"),
    (["--types", "x=text"], "--types x=text: x=text is not COLUMN=TYPE"),
    (["--types", "z=number"], "there is no column 'z' (--types)"),
    (["--types", "y=ignore"], "the column 'y' is ignored, and is the target, the fold column or the group column"),
    (["--thousands", ";"], "--thousands ;: unknown thousands ;"),
    (["--decimal", "x"], "--decimal x: unknown decimal x"),
    (["--thousands", "."], "'.' is both the decimal sign and the thousands separator"),
    (["--na", ""], "--na"),
])
def test_flags_that_make_no_sense(warptune, flags, message):
    assert message in refused(warptune, "excel_sep.csv", "y", *flags)


def test_a_journal_keeps_how_the_table_is_read(warptune):
    (warptune.folder / "t.csv").write_text("x;y\n" + "".join(f"{i},5;{['NA', 'EU'][i % 2]}\n" for i in range(40)))
    flags = ["run", "--data", "t.csv", "-t", "y", *CPU, "--decimal", ",", "--no-na", "NA", "-n", 3]
    warptune.good(*flags, "--results", "whole.csv")
    warptune.good(*flags[:-1], 2, "--journal", "j.log")
    warptune.good("resume", "j.log", "-n", 3, "--results", "resumed.csv")
    assert (warptune.folder / "whole.csv").read_bytes() == (warptune.folder / "resumed.csv").read_bytes()
