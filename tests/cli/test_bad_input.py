"""Every bad input ends in exit 2 and one message that says where and what to do; nothing is written or lost.

A row is one bad input: the files it needs, the arguments, how the message must start after `warptune: `, and what the
message and its hint must name. t.csv is a good table of 40 rows.
"""

import gzip
import os
import re
from dataclasses import dataclass, field

import pytest

ROWS = [f"{i},{i * 7 % 13},{'AB'[i % 2]},{'uvw'[i % 3]},{i % 4}\n" for i in range(40)]
HEADER = "x,y,label,three,fold\n"
TABLE = HEADER + "".join(ROWS)
OUTPUTS = ["--journal", "j.log", "--results", "r.csv", "--stats", "s.json"]


LINK = object()   # a symbolic link to t.csv


@dataclass
class Bad:
    name: str
    message: str   # a regular expression that the message starts with
    hint: str = "."   # a regular expression that is found in the hint
    table: str | bytes | None = TABLE   # t.csv
    files: dict = field(default_factory=dict)
    data: str = "t.csv"
    target: str = "label"
    flags: tuple = ()
    toml: str | None = None   # study.toml, in place of --data and --target
    exit: int = 2


def toml(text):
    return '[data]\npath = "t.csv"\ntarget = "label"\n' + text


# Line 4 of a study file made by toml() is the first of `text`.
TABLES = [
    Bad("no file", r"none\.csv: cannot open", "check the path", data="none.csv"),
    Bad("folder", r"folder: is a folder", "inside it", data="folder", files={"folder": None}),
    Bad("empty file", r"t\.csv: the file is empty", "header", table=""),
    Bad("header only", r"t\.csv:1:1: a header and no rows", table=HEADER),
    Bad("ragged row", r"t\.csv:42:\d+: .*(4|four).*5", table=TABLE + "1,2,A,u\n"),
    Bad("row too long", r"t\.csv:42:11: more cells than the 5 columns", table=TABLE + "1,2,A,u,3,9\n"),
    Bad("duplicate column", r"t\.csv:1:5: columns 1 and 3 are both named 'x'", "rename",
        table=TABLE.replace("label", "x", 1), target="three"),
    Bad("unknown target", r"t\.csv: there is no column 'labl'", "did you mean 'label'", target="labl"),
    Bad("unknown drop column", r"t\.csv: there is no column 'thre'", "did you mean 'three'", flags=("--drop", "thre")),
    Bad("unknown keep column", r"t\.csv: there is no column 'z'", "columns are 'x', 'y'", flags=("--keep", "z")),
    Bad("unknown fold column", r"t\.csv: there is no column 'folds'", "did you mean 'fold'",
        flags=("--fold-column", "folds")),
    Bad("unknown fold", r".*fold.*'9'", flags=("--fold-column", "fold", "--holdout-value", "9")),
    Bad("target of one class", r"t\.csv: the target 'label' has one class only: 'A'", table=TABLE.replace("B", "A")),
    Bad("target of 257 classes", r"t\.csv: the target 'label' has 257 different values; at most 256", "classes",
        table="x,label\n" + "".join(f"{i},{i % 257}\n" for i in range(1000))),
    Bad("missing in the target", r"t\.csv:42:5: no value in the target 'label'", table=TABLE + "1,2,,u,1\n"),
    Bad("missing in the fold column", r"t\.csv:42:9: no value in the fold column 'fold'",
        table=TABLE + "1,2,A,u,\n", flags=("--fold-column", "fold")),
    Bad("class with fewer rows than folds", r".*class 'C' has 1 row, fewer than the 3 folds", "--no-stratify",
        table=TABLE + "1,2,C,u,1\n", flags=("--folds", "3")),
    Bad("class of one row and a holdout", r".*class 'C' \(1 row\)", "--no-stratify", table=TABLE + "1,2,C,u,1\n"),
    Bad("inf", r"t\.csv:42:3: 'inf' in the numeric column 'y' is infinite", "empty", table=TABLE + "1,inf,A,u,1\n"),
    Bad("number too big", r"t\.csv:42:3: '1e999' in the numeric column 'y' is too big", "empty",
        table=TABLE + "1,1e999,A,u,1\n"),
    Bad("not UTF-8", r"t\.csv:42:\d+: .*UTF-8", "UTF-8", table=TABLE.encode() + b"1,2,A,\xff\xfe,1\n"),
    Bad("UTF-16", r"t\.csv: this is in UTF-16, not in UTF-8", "iconv", table=TABLE.encode("utf-16")),
    Bad("NUL bytes", r"t\.csv:42:3: a NUL byte", "UTF-8", table=TABLE.encode() + b"1,\0,A,u,1\n"),
    Bad("truncated .gz", r"t\.csv\.gz: .*truncated", "gzip -t", data="t.csv.gz",
        files={"t.csv.gz": gzip.compress(TABLE.encode())[:-40]}),
    Bad("damaged .gz", r"t\.csv\.gz: .*damaged", "gzip -t", data="t.csv.gz",
        files={"t.csv.gz": gzip.compress(b"\0" * 99)[:10] + b"\xff" * 30}),
    Bad("plain text named .gz", r"t\.csv\.gz: not compressed", "rename", data="t.csv.gz",
        files={"t.csv.gz": TABLE.encode()}),
    Bad("open quote", r"t\.csv:42:5: .*quote", table=TABLE + '1,2,"A,u,1\n'),
    Bad("no features", r"t\.csv: no column is left", flags=("--drop", "x,y,three,fold")),
    Bad("positive of three classes", r"t\.csv: the target 'three' has 3 classes", target="three",
        flags=("--positive", "u")),
    Bad("unknown positive class", r"t\.csv: the target 'label' has no class 'C'", "'A' and 'B'",
        flags=("--positive", "C")),
]

STUDIES = [
    Bad("wrong TOML", r"study\.toml:5:\d+: ", "toml", toml=toml('[model]\nfamily = "random_forest\n')),
    Bad("unknown section", r"study\.toml:4:\d+: unknown section serach", "did you mean search", toml=toml("[serach]\n")),
    Bad("unknown key", r"study\.toml:5:1: \[search\] has no key trails", "did you mean trials",
        toml=toml("[search]\ntrails = 5\n")),
    Bad("key of another section", r"study\.toml:5:1: \[search\] has no key metric", r"belongs in \[evaluate\]",
        toml=toml('[search]\nmetric = "accuracy"\n')),
    Bad("wrong type", r"study\.toml:5:10: trials must be an integer, not text", toml=toml('[search]\ntrials = "five"\n')),
    Bad("unknown parameter", r"study\.toml:5:\d+: random_forest has no parameter max_deth", "did you mean max_depth",
        toml=toml("[space]\nmax_deth = 3\n")),
    Bad("unknown distribution", r"study\.toml:5:\d+: unknown distribution itn", toml=toml("[space]\nmax_depth = { itn = [1, 2] }\n")),
    Bad("low above high", r"study\.toml:5:13: low 9 is above high 2", "low", toml=toml("[space]\nmax_depth = { int = [9, 2] }\n")),
    Bad("duplicate parameter", r"study\.toml:6:\d+: ", toml=toml("[space]\nmax_depth = 3\nmax_depth = 4\n")),
    Bad("empty choice", r"study\.toml:5:13: choice has no values", toml=toml("[space]\ncriterion = { choice = [] }\n")),
    Bad("0 trials", r"study\.toml:5:10: trials must be from 1", toml=toml("[search]\ntrials = 0\n")),
    Bad("no study file", r"none\.toml: ", "path", flags=("none.toml",)),
    Bad("study file is a folder", r"folder: is a folder", files={"folder": None}, flags=("folder",)),
    Bad("a table as the study file", r"t\.csv:1:\d+: ", "if this is the table: warptune run --data t.csv --target COLUMN", flags=("t.csv",)),
]

FLAGS = [
    Bad("unknown flag", r"unknown flag --trails", "did you mean --trials", flags=("--trails", "3")),
    Bad("flag of another command", r"unknown flag --shell", flags=("--shell", "3")),
    Bad("flag without a value", r"--?.*trials", flags=("--trials",)),
    Bad("flag twice", r"--trials is given 2 times", flags=("--trials", "3", "--trials", "4")),
    Bad("no target", r"no target is given", "--target", target=None),
    Bad("no data", r"no data is given", "--data", data=None),
    Bad("low above high", r"--param max_depth=int\(9,2\): low 9 is above high 2", flags=("-p", "max_depth=int(9,2)")),
    Bad("log of 0", r"--param ccp_alpha=log\(0,1\): log needs low above 0", flags=("-p", "ccp_alpha=log(0,1)")),
    Bad("step that misses high", r"--param max_leaf_nodes=int\(8,20,step=8\): step 8 from 8 does not reach 20", "16 and 24",
        flags=("-p", "max_leaf_nodes=int(8,20,step=8)")),
    Bad("empty choice", r"--param criterion=choice\(\): choice has no values", flags=("-p", "criterion=choice()")),
    Bad("empty value in a choice", r"--param criterion=choice\(gini,\): a value is empty",
        flags=("-p", "criterion=choice(gini,)")),
    Bad("duplicate parameter", r"--param max_depth=4: max_depth is given twice", "once",
        flags=("-p", "max_depth=3", "-p", "max_depth=4")),
    Bad("unknown parameter", r"--param max_deth=3: random_forest has no parameter max_deth", "did you mean max_depth",
        flags=("-p", "max_deth=3")),
    Bad("value outside the range", r"--param max_depth=int\(0,9\): max_depth can't be 0; allowed: integer 1", flags=("-p", "max_depth=int(0,9)")),
    Bad("unknown word", r"--param criterion=gimi: criterion can't be gimi; allowed: gini, entropy", "did you mean gini",
        flags=("-p", "criterion=gimi")),
    Bad("Python's word", r"--param max_depth=None: None is no value", "write none", flags=("-p", "max_depth=None")),
    Bad("max_samples without bootstrap", r"--param max_samples=0.5: max_samples needs bootstrap", "bootstrap=true",
        flags=("-m", "extra_trees", "-p", "max_samples=0.5")),
    Bad("no =", r"--param max_depth: = is missing", r"max_depth=int\(2,9\)", flags=("-p", "max_depth")),
    Bad("0 trials", r"--trials 0: trials must be from 1", flags=("--trials", "0")),
    Bad("trials not a number", r"--trials x: trials must be an integer, not x", flags=("--trials", "x")),
    Bad("trials beyond 64 bits", r"--trials 99999999999999999999: trials must be", flags=("--trials", "9" * 20)),
    Bad("holdout 0", r"--holdout 0: holdout must be between 0 and 1", flags=("--holdout", "0")),
    Bad("holdout 1", r"--holdout 1: holdout must be between 0 and 1", flags=("--holdout", "1")),
    Bad("holdout so small that a side is empty", r".*holdout 0\.001 leaves no row", "--no-stratify|another share",
        flags=("--holdout", "0.001")),
    Bad("holdout so large that a side is empty", r".*holdout 0\.999 .*leaves no row", "another share",
        flags=("--holdout", "0.999", "--no-stratify")),
    Bad("folds 1", r"--folds 1: folds must be from 2", flags=("--folds", "1")),
    Bad("more folds than rows", r".*folds.*41.*40", flags=("--folds", "41", "--no-stratify")),
    Bad("folds and a holdout", r"--folds 3: holdout and folds are both given", flags=("--folds", "3", "--holdout", "0.3")),
    Bad("unknown metric", r"--metric acuracy: unknown metric acuracy", "did you mean accuracy", flags=("--metric", "acuracy")),
    Bad("unknown sampler", r"--sampler gird: unknown sampler gird", "did you mean grid", flags=("--sampler", "gird")),
    Bad("unknown device", r"--device cdua: .*cdua", "did you mean cuda", flags=("--device", "cdua")),
    Bad("unknown family", r"--model random_florest: .*random_florest", "did you mean random_forest",
        flags=("--model", "random_florest")),
    Bad("roc_auc of 3 classes", r".*metric roc_auc needs two classes, the target three has 3", "accuracy", target="three",
        flags=("--metric", "roc_auc")),
    Bad("roc_auc where a fold has one class", r".*metric roc_auc: fold", "both classes",
        table="x,label,fold\n" + "".join(f"{i},{int(i > 19)},{int(i > 19)}\n" for i in range(40)),
        flags=("--metric", "roc_auc", "--fold-column", "fold")),
    Bad("grid over a float without step", r"--param ccp_alpha=float\(0,1\): a grid needs a step", "step=",
        flags=("--sampler", "grid", "-p", "ccp_alpha=float(0,1)")),
    Bad("grid beyond all measure", r".*grid", flags=("--sampler", "grid", "-p", "max_depth=int(1,60000)", "-p", "n_estimators=int(1,60000)")),
    Bad("results in a folder that is not there", r"cannot write the results file no/r\.csv: No such file", "folder",
        flags=("--results", "no/r.csv", "--journal", "j.log")),
    Bad("results are a folder", r"cannot write the results file folder\.csv: it is a folder", files={"folder.csv": None},
        flags=("--results", "folder.csv", "--journal", "j.log")),
    Bad("results of another kind", r"--results r\.xlsx: results are written as \.csv or \.json", flags=("--results", "r.xlsx")),
    Bad("stats in a folder that is not there", r"cannot write the stats file no/s\.json: No such file",
        flags=("--stats", "no/s.json", "--results", "r.csv", "--journal", "j.log")),
    Bad("journal in a folder that is not there", r"cannot .*no/j\.log.*: No such file", "folder",
        flags=("--journal", "no/j.log", "--results", "r.csv")),
    Bad("journal of something else", r"the journal notes\.txt exists", "another name|resume", files={"notes.txt": "my notes\n"},
        flags=("--journal", "notes.txt", "--results", "r.csv")),
    Bad("results over the data", r"--results t\.csv: t\.csv would overwrite data\.path", flags=("--results", "t.csv")),
    Bad("results over the data by a link", r"--results link\.csv: link\.csv would overwrite data\.path", files={"link.csv": LINK},
        flags=("--results", "link.csv")),
    Bad("journal over the results", r"--results j\.csv: .*would overwrite run\.journal",
        flags=("--results", "j.csv", "--journal", "j.csv")),
    Bad("a GPU that is not there", r".*(CUDA|GPU)", exit=3,
        flags=("--device", "cuda:63", "--sampler", "grid", "-p", "max_depth=int(1,3)", *OUTPUTS)),
    Bad("unknown holdout value without a fold column", r"--holdout-value 3: holdout_value needs a fold column", "--fold-column",
        flags=("--holdout-value", "3")),
    Bad("memory that is none", r"--memory 4Q: ", flags=("--memory", "4Q")),
    Bad("time that is none", r"--time-limit soon: ", flags=("--time-limit", "soon")),
]


def write(path, content):
    if content is LINK:
        path.symlink_to("t.csv")
    elif content is None:
        path.mkdir()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def tree(folder):
    """Every file of a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def check_message(done, message, hint, exit):
    assert done.returncode == exit, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and lines[0].startswith("warptune: ") and lines[1].startswith("  hint: "), done.stderr
    assert re.match(message, lines[0].removeprefix("warptune: ")), done.stderr
    assert re.search(hint, lines[1].removeprefix("  hint: ")), done.stderr


@pytest.mark.parametrize("bad", TABLES + STUDIES + FLAGS, ids=lambda bad: bad.name.replace(" ", "_"))
def test_says_where_and_writes_nothing(warptune, bad):
    files = {"t.csv": bad.table, "study.toml": bad.toml, **bad.files}
    for name, content in files.items():
        if content is not None or name in bad.files:
            write(warptune.folder / name, content)
    before = tree(warptune.folder)
    arguments = ["study.toml"] if bad.toml is not None else []
    if bad.toml is None and bad.data is not None:
        arguments += ["--data", bad.data]
    if bad.toml is None and bad.target is not None:
        arguments += ["--target", bad.target]
    given = set(bad.flags)
    if not given & set(OUTPUTS):
        arguments += OUTPUTS
    if not given & {"--trials", "--sampler"}:
        arguments += ["--trials", "3"] if bad.toml is None else []
    done = warptune("run", *arguments, *bad.flags)
    check_message(done, bad.message, bad.hint, bad.exit)
    assert tree(warptune.folder) == before


COMMANDS = [
    (["help"], r"unknown command help", "--help"),
    (["rnu"], r"unknown command rnu", "did you mean run"),
    ([], r"no command is given", "--help"),
    (["--verison"], r"unknown flag --verison", "did you mean --version"),
    (["families", "random_florest"], r".*random_florest", "did you mean random_forest"),
    (["resume"], r"resume needs a journal", "usage"),
    (["resume", "none.log"], r"cannot open the journal none\.log: No such file", "."),
    (["top", "none.log"], r"cannot open the journal none\.log: No such file|none\.log", "."),
    (["resume", "."], r"the journal \. is not a regular file", "."),
    (["resume", "notes.txt"], r"notes\.txt:1", "."),
    (["top", "notes.txt"], r"notes\.txt:1", "."),
    (["resume", "empty.log"], r"empty\.log", "."),
    (["top", "empty.log"], r"empty\.log", "."),
    (["top", "notes.txt", "--top", "x"], r"--top x: top must be an integer", "."),
    (["devices", "now"], r"devices does not expect now", "usage"),
]


@pytest.mark.parametrize(("arguments", "message", "hint"), COMMANDS, ids=lambda it: " ".join(it) if isinstance(it, list) else "")
def test_commands_say_what_is_wrong(warptune, arguments, message, hint):
    write(warptune.folder / "notes.txt", "my notes\n")
    write(warptune.folder / "empty.log", "")
    before = tree(warptune.folder)
    check_message(warptune(*arguments), message, hint, 2)
    assert tree(warptune.folder) == before


def test_results_of_the_last_study_stay_when_the_next_one_is_wrong(warptune):
    write(warptune.folder / "t.csv", TABLE)
    write(warptune.folder / "r.csv", "precious\n")
    done = warptune("run", "--data", "t.csv", "--target", "labl", "--results", "r.csv", "--trials", "2")
    assert done.returncode == 2
    assert (warptune.folder / "r.csv").read_text() == "precious\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_results_that_may_not_be_written_are_found_before_the_first_fit(warptune):
    write(warptune.folder / "t.csv", TABLE)
    write(warptune.folder / "r.csv", "precious\n")
    (warptune.folder / "r.csv").chmod(0o400)
    before = tree(warptune.folder)
    done = warptune("run", "--data", "t.csv", "--target", "label", "--results", "r.csv", "--journal", "j.log", "--trials", "2")
    check_message(done, r"cannot write the results file r\.csv: Permission denied", "folder", 2)
    assert tree(warptune.folder) == before
