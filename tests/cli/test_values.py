"""Values keep what they are on their way: from a flag or a study file to a trainer, the journal, results and the table."""

import json
import sys

import pytest
from peers import peer

TABLE = "x,y\n" + "".join(f"{i},{'ab'[i % 7 > 3]}\n" for i in range(60))
WORKER = """
import json, sys
print(json.dumps({"ready": True})) if json.loads(sys.stdin.readline()) else None
sys.stdout.flush()
for line in sys.stdin:
    task = json.loads(line)
    params = task["params"]
    assert isinstance(params["hidden"], list) or params["hidden"] is None, params
    score = sum(params["hidden"] or []) / 1000
    print(json.dumps({"trial": task["trial"], "fold": task["fold"], "score": score}), flush=True)
"""


@pytest.fixture
def table(warptune):
    (warptune.folder / "t.csv").write_text(TABLE)
    (warptune.folder / "worker.py").write_text(WORKER)
    return warptune


def command(*more):
    return ["run", "--data", "t.csv", "-t", "y", "-m", "command", "--command", f"{sys.executable} worker.py", "--workers", "1",
            *more]


def test_a_list_reaches_the_worker_the_journal_and_the_results(table):
    table.good(*command("-p", "hidden=choice([64, 32],[8.5],none)", "--sampler", "grid", "--results", "r.json", "--journal", "j.log"))
    rows = json.loads((table.folder / "r.json").read_text())
    assert [row["hidden"] for row in rows] == [[64, 32], [8.5], None]
    assert "[64,32]" in table.good("top", "j.log").stdout
    resumed = table.good("resume", "j.log", "--results", "again.json")
    assert "3 trials" in resumed.stdout
    assert (table.folder / "again.json").read_bytes() == (table.folder / "r.json").read_bytes()


def test_optuna_reads_lists_without_a_warning(table):
    optuna = peer("optuna")
    import warnings
    table.good(*command("-p", "hidden=choice([64,32],[8.5],none)", "--sampler", "grid", "--journal", "j.log"))
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        storage = optuna.storages.JournalStorage(
            optuna.storages.journal.JournalFileBackend(str(table.folder / "j.log")))
        study = optuna.load_study(study_name=None, storage=storage)
        assert [trial.params["hidden"] for trial in study.trials] == ["[64,32]", "[8.5]", None]


def test_a_study_file_has_lists(table):
    (table.folder / "s.toml").write_text("[space]\nhidden = { choice = [[64, 32], [32]] }\n")
    table.good("run", "s.toml", *command("--sampler", "grid", "--results", "r.csv")[1:])
    assert '"[64,32]"' in (table.folder / "r.csv").read_text()


def test_a_share_of_one_is_no_count_of_one(table):
    done = table.good("run", "--data", "t.csv", "-t", "y", "--sampler", "grid", "-p", "n_estimators=3",
                      "-p", "max_samples=float(0.5,1,step=0.5)", "--results", "r.json", "--journal", "j.log")
    values = {row["max_samples"] for row in json.loads((table.folder / "r.json").read_text())}
    assert values == {0.5, 1.0} and all(isinstance(value, float) for value in values)
    for text in (done.stdout, table.good("top", "j.log").stdout):
        assert "1.0" in {word for line in text.splitlines()[1:] for word in line.split()[3:4]}


def test_pandas_keeps_1_and_1_0_apart_as_docs_say(table):
    pandas = peer("pandas")
    for results in ("r.json", "r.csv"):
        table.good("run", "--data", "t.csv", "-t", "y", "--sampler", "grid", "-p", "n_estimators=3",
                   "-p", "max_samples=choice(1,1.0)", "--results", results)
    rows = json.loads((table.folder / "r.json").read_text())
    assert sorted(map(str, pandas.DataFrame(rows, dtype=object).max_samples)) == ["1", "1.0"]
    assert sorted(pandas.read_csv(table.folder / "r.csv", dtype=str).max_samples) == ["1", "1.0"]


@pytest.mark.parametrize("flags, says", [
    (["-p", "a=choice(True,False,None,'a')"], "write true"),
    (["-p", "rank=int(1,3)"], "rank is a column of the results"),
    (["-p", "fold_0=1"], "fold_0 is a column of the results"),
    (["-m", "xgboost", "-p", "eta=0.1", "-p", "learning_rate=0.2"], "learning_rate is another name of eta"),
    (["-m", "random_forest", "-p", "n_estimators=log(1,100)"], "write n_estimators=int(1,100,log)"),
    (["-m", "random_forest", "-p", "max_depth=choice([1,2],[3])"], "takes no lists"),
])
def test_what_is_refused_says_what_is_right(table, flags, says):
    command = [] if "-m" in flags else ["-m", "command", "--command", "true"]
    done = table("run", "--data", "t.csv", "-t", "y", *command, *flags)
    assert done.returncode == 2
    assert says in done.stderr


def test_some_of_a_grid_lie_all_over_it(table):
    flags = ["--data", "t.csv", "-t", "y", "--sampler", "grid", "--results", "r.json", "-p", "n_estimators=int(1,10)",
             "-p", "max_depth=int(1,10)"]
    table.good("run", *flags, "--trials", "10")
    rows = json.loads((table.folder / "r.json").read_text())
    for name in ("n_estimators", "max_depth"):
        assert sorted(row[name] for row in rows) == list(range(1, 11))
    first = {row["trial"]: (row["n_estimators"], row["max_depth"]) for row in rows}
    table.good("run", *flags, "--trials", "60")
    more = {row["trial"]: (row["n_estimators"], row["max_depth"])
            for row in json.loads((table.folder / "r.json").read_text())}
    assert {trial: more[trial] for trial in first} == first
    assert len(set(more.values())) == 60


def test_a_grid_of_fewer_settings_than_trials_is_noted(table):
    flags = ["--data", "t.csv", "-t", "y", "--sampler", "grid", "-p", "n_estimators=int(1,3)"]
    for more in ([], ["--dry-run"]):
        assert table.good("run", *flags, "--trials", "5", *more).stderr.count("the grid has 3 settings, so there are not 5 trials") == 1
        assert "settings" not in table.good("run", *flags, "--trials", "3", *more).stderr
        assert "settings" not in table.good("run", *flags, *more).stderr


def test_more_of_a_grid_can_be_tried_later(table):
    flags = ["--data", "t.csv", "-t", "y", "--sampler", "grid", "-p", "n_estimators=int(1,10)", "-p", "max_depth=int(1,10)"]
    table.good("run", *flags, "--trials", "10", "--journal", "j.log")
    table.good("resume", "j.log", "--trials", "30", "--results", "more.csv")
    table.good("run", *flags, "--trials", "30", "--results", "at_once.csv")
    assert (table.folder / "more.csv").read_bytes() == (table.folder / "at_once.csv").read_bytes()
    table.good("run", *flags, "--journal", "all.log")
    done = table("resume", "all.log", "--trials", "1000")
    assert done.returncode == 2
    assert "the study tries all of its grid, there are no more" in done.stderr


def test_a_space_of_few_settings_is_noted_and_shown_once_each(table):
    done = table.good("run", "--data", "t.csv", "-t", "y", "--trials", "20", "-p", "n_estimators=choice(1,2)", "--results", "r.csv")
    assert done.stderr.count("the space has 2 different settings, so 18 of 20 trials repeat one") == 1
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["rank", "trial", "times", "accuracy", "n_estimators", "fit"]
    assert len(lines) == 4 and sum(int(line.split()[2]) for line in lines[1:3]) == 20
    assert len((table.folder / "r.csv").read_text().splitlines()) == 21


@pytest.mark.parametrize("model", [["-m", "random_forest"], ["-m", "command", "--command", f"{sys.executable} worker.py"]], ids=["forest", "command"])
def test_streams_without_a_gpu_are_noted(table, model):
    flags = ["--data", "t.csv", "-t", "y", *model, "-n", "1", "--device", "cpu"]
    space = ["-p", "n_estimators=3"] if "random_forest" in model else ["-p", "hidden=[1,2]"]
    assert table.good("run", *flags, *space, "--streams", "4").stderr.count("--streams 4 does nothing here") == 1
    assert "--streams" not in table.good("run", *flags, *space).stderr
