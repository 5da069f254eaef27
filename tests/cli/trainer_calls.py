"""Studies against the recording libraries of tests/trainers: what warptune asks of XGBoost and LightGBM, call by call."""

import os
import re
import shutil

import pytest

WITHOUT_CUDA = b"CUDA Tree Learner was not enabled in this build.\nPlease recompile with CMake option -DUSE_CUDA=1"


class Calls:
    """(thread, function, words of the arguments), in order."""

    def __init__(self, path):
        lines = path.read_text().splitlines() if path.exists() else []
        self.all = [(int(thread), function, rest.split(" ") if rest else []) for thread, function, rest in
                    (re.fullmatch(r"(\d+) (\w+) ?(.*)", line).groups() for line in lines)]

    def of(self, function):
        return [words for _, f, words in self.all if f == function]

    def settings(self, function):
        """Of each call: a dictionary of its last arguments."""
        return [dict(word.split("=", 1) for word in words if "=" in word) for words in self.of(function)]

    def boosters(self):
        """Settings of each booster, by its name, however its library is given them."""
        found = {words[0]: settings for words, settings in zip(self.of("booster"), self.settings("booster"))}
        for name, setting in self.of("set"):
            found[name] |= dict([setting.split("=", 1)])
        return found

    def threads(self, *functions):
        """The threads that used each booster."""
        used = {}
        for thread, function, words in self.all:
            if function in functions:
                used.setdefault(words[0], set()).add(thread)
        return used

    def most_at_once(self, names=None):
        """Boosters that were in flight together, at most: from their first round until they are freed."""
        inside, most = set(), 0
        for _, function, words in self.all:
            if function == "update" and (names is None or words[0] in names):
                inside.add(words[0])
            elif function == "free":
                inside.discard(words[0])
            most = max(most, len(inside))
        return most


def recording(variable):
    library = os.environ.get(variable)
    if not library:
        pytest.fail(f"{variable} must name the recording library")
    return library


def with_driver(folder, library):
    """The environment in which a driver shows so many GPUs as RECORD_GPUS says."""
    folder.mkdir(exist_ok=True)
    os.symlink(library, folder / "libcuda.so.1")
    return {"LD_LIBRARY_PATH": str(folder)}


def runner(warptune, data, model, rate, environment):
    """Runs a study: the finished process and its calls. environment: by whether the library was built with CUDA."""
    def run(*flags, expect=0, folds=2, trials=8, cuda=True, **more):
        calls = warptune.folder / "calls"
        calls.unlink(missing_ok=True)
        done = warptune("run", "--data", data / "pima.csv", "--target", "diabetes", "--model", model, "-p", "n_estimators=int(2,6)",
                        "-p", f"{rate}=float(0.1,0.5)", "-n", trials, "--folds", folds, "--results", "r.csv", "--stats", "s.json",
                        *flags, env={"RECORD": str(calls), **environment(cuda), **more})
        assert done.returncode == expect, done.stderr
        return done, Calls(calls)
    return run


@pytest.fixture
def xgboost_study(warptune, data):
    library = recording("WARPTUNE_RECORDING")
    driver = with_driver(warptune.folder / "driver", library)
    return runner(warptune, data, "xgboost", "eta",
                  lambda cuda: {"WARPTUNE_XGBOOST": library, "RECORD_CUDA": "1" if cuda else "0", **driver})


@pytest.fixture
def lightgbm_study(warptune, data):
    library = recording("WARPTUNE_RECORDING_LIGHTGBM")
    driver = with_driver(warptune.folder / "driver", library)
    # A build without CUDA is known by a sentence that it holds; behind the end of a library there is room for it.
    plain = warptune.folder / "lib_lightgbm.so"
    shutil.copy(library, plain)
    with open(plain, "ab") as file:
        file.write(WITHOUT_CUDA)
    return runner(warptune, data, "lightgbm", "learning_rate",
                  lambda cuda: {"WARPTUNE_LIGHTGBM": library if cuda else str(plain), **driver})
