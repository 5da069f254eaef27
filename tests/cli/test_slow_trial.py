"""A slow trial 0 of each family: what ended beside it or behind it is in the journal, and kill -9 loses none of it.

Of the family command: test_journal.py.
"""

import importlib
import json
import pathlib
import re
import time

import pytest
from peers import peer

# One parameter that trials can't share a fit in, and what its first value costs more than the others.
FORESTS = {
    "random_forest": ["-p", "max_samples=choice(3000000,{})"],
    "extra_trees": ["-p", "max_samples=choice(3000000,{})", "-p", "bootstrap=true"],
}
BOOSTERS = {
    "xgboost": ["-p", "num_parallel_tree=choice(120,1,2,3,4,5,6)", "-p", "n_estimators=4"],
    "lightgbm": ["-p", "num_leaves=choice(4000,2,3,4,5,6,7)", "-p", "n_estimators=60", "-p", "min_child_samples=1"],
}


def numbers_in(journal):
    """The trials of a journal, each line of which must be whole; a kill may cut the last one."""
    lines = journal.read_bytes().split(b"\n") if journal.exists() else [b""]
    return [trial["user_attrs"]["warptune:trial"] for trial in map(json.loads, lines[:-1]) if trial["op_code"] == 4]


def wait_for_trials(process, journal, count):
    """Until so many are in the journal of a study that has not ended."""
    deadline = time.monotonic() + 60
    while len(numbers_in(journal)) < count:
        assert process.poll() is None and time.monotonic() < deadline, (process.poll(), numbers_in(journal))
        time.sleep(0.005)


def goes_on_to(whole, warptune, environment, trials, lost):
    """The study that was killed trains what is missing, and nothing else, and writes what the whole one did."""
    warptune.good("resume", "j", "--stats", "s.json", env=environment)
    assert json.loads((warptune.folder / "s.json").read_text())["trials"] == lost
    assert sorted(numbers_in(warptune.folder / "j")) == list(range(trials))
    assert (warptune.folder / "r.csv").read_bytes() == whole


@pytest.mark.parametrize("family", BOOSTERS)
def test_a_slow_booster_holds_nothing_back(warptune, data, family):
    """Two train at once: the six others end while trial 0 trains."""
    library = peer(family)
    environment = {f"WARPTUNE_{family.upper()}": str(library_of(library, family))}
    flags = ["run", "--data", data / "spam.csv", "--target", "type", "--model", family, *BOOSTERS[family], "--sampler", "grid",
             "--threads", 2, "--device", "cpu", "--results", "r.csv"]
    warptune.good(*flags, env=environment)
    whole = (warptune.folder / "r.csv").read_bytes()
    process = warptune.start(*flags, "--journal", "j", env=warptune.environment(**environment))
    wait_for_trials(process, warptune.folder / "j", 6)
    process.kill()
    process.communicate()
    assert sorted(numbers_in(warptune.folder / "j")) == list(range(1, 7))
    goes_on_to(whole, warptune, environment, 7, 1)


def library_of(module, family):
    if family == "xgboost":
        return importlib.import_module("xgboost.libpath").find_lib_path()[0]
    return pathlib.Path(module.__file__).parent / "lib/lib_lightgbm.so"


@pytest.mark.parametrize("family", FORESTS)
def test_a_slow_forest_holds_nothing_back(warptune, data, family):
    """Fits take turns on all threads, so trial 0 ends first. What progress counts as ended is in the journal, too."""
    trials = 301
    others = ",".join(str(101 + i) for i in range(trials - 1))
    flags = ["run", "--data", data / "spam.csv", "--target", "type", "--model", family, "-p", "n_estimators=40",
             *(flag.format(others) for flag in FORESTS[family]), "--sampler", "grid", "--threads", 2, "--device", "cpu",
             "--results", "r.csv"]
    warptune.good(*flags)
    whole = (warptune.folder / "r.csv").read_bytes()
    process = warptune.start(*flags, "--journal", "j", "--progress", "0.1")
    ended = 0
    while ended < 2:   # behind trial 0
        line = process.stderr.readline()
        assert line, "it has ended too early"
        ended = int(re.match(r"warptune: (\d+)/301 trials", line)[1])
    wait_for_trials(process, warptune.folder / "j", ended)
    process.kill()
    process.communicate()
    known = numbers_in(warptune.folder / "j")
    assert 0 in known and ended <= len(known) < trials
    goes_on_to(whole, warptune, None, trials, trials - len(known))
