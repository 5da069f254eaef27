"""Makes a worker for `warptune run --model command` of a function.

    import warptune_worker
    from sklearn.svm import SVC

    @warptune_worker.main
    def train(params, data):
        model = SVC(**params).fit(data.X[data.train], data.y[data.train])
        return model.score(data.X[data.validation], data.y[data.validation])

The function gets a trial's parameters as a dict, and the data of one fold. It returns a score, or what the model predicts
for the fold's validation rows, which warptune scores by the study's metric: probabilities [rows][classes], or labels.
What it prints goes to standard error. When it raises, that trial fails and the next one comes. Put it last in the file:
`main` serves trials until the study ends and does not return when the file is run as a program.

One file, which needs Python 3.8 and NumPy. docs/command.md of warptune has the protocol behind it.
"""

import json
import math
import operator
import os
import sys
import traceback

import numpy as np

PROTOCOL = 1


class Data:
    """The study's data; the arrays are views of files that all workers share, so they cannot be written.

    X           [rows][features] float64; NaN is a missing cell, text is its category's index
    y           [rows] int32, the index of a row's class in `classes`
    train, validation   rows of this fold
    fold        its number, 0 .. folds - 1
    weights     [rows], or None
    names, types, categories    [features]: name; "number", "boolean" or "text"; the categories' names, or None
    classes     names of the classes
    metric, maximise, seed      of the study
    """

    def __init__(self, hello):
        files = hello["data"]
        self.X = np.load(files["X"], mmap_mode="r")
        self.y = np.load(files["y"], mmap_mode="r")
        self.weights = None if files["weights"] is None else np.load(files["weights"], mmap_mode="r")
        self.names = [column["name"] for column in hello["columns"]]
        self.types = [column["type"] for column in hello["columns"]]
        self.categories = [column.get("categories") for column in hello["columns"]]
        self.classes = hello["classes"]
        self.metric = hello["metric"]
        self.maximise = hello["maximise"]
        self.seed = hello["seed"]
        self.worker = hello["worker"]
        self.folder = hello["folder"]
        self.folds = hello["folds"]
        self.fold = self.train = self.validation = None
        self._fold_of = np.load(files["folds"], mmap_mode="r")
        self._rows = {}   # of the folds that were asked for
        self._send = self._goes_on = None
        self._trial = None

    def report(self, step, score):
        """Tells warptune how good the model is after a step of its training. Returns whether to go on: after False the
        trial is pruned, its score is this one, and train() may return whatever it likes."""
        self._send({"trial": self._trial, "fold": self.fold,
                    "intermediate": {"step": operator.index(step), "score": _finite(score, f"the score of step {step}")}})
        return self._goes_on()

    def _set(self, trial, fold):
        if fold not in self._rows and self._fold_of.ndim == 1:   # the fold in which a row validates; it trains the others
            self._rows[fold] = np.flatnonzero(self._fold_of != fold), np.flatnonzero(self._fold_of == fold)
        elif fold not in self._rows:   # [folds][rows] 1: trains, 2: validates
            self._rows[fold] = np.flatnonzero(self._fold_of[fold] == 1), np.flatnonzero(self._fold_of[fold] == 2)
        self._trial, self.fold = trial, fold
        self.train, self.validation = self._rows[fold]


def _finite(score, name="the score"):
    score = float(score)
    if not math.isfinite(score):
        raise ValueError(f"{name} is {score}")
    return score


def _plain(predictions):
    """As warptune reads them: classes [rows], whatever shape a library gives them; floats of 4 or 8 bytes, little-endian."""
    array = np.asarray(predictions)
    if array.ndim == 2 and array.shape[1] == 1 and array.dtype.kind in "iub":
        array = array[:, 0]
    if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8):
        array = array.astype(np.float64)
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def _answer(result, data):
    if np.ndim(result) == 0:
        if result is None:
            raise TypeError("train() returned None; it must return a score or predictions")
        return {"score": _finite(result)}
    path = os.path.join(data.folder, f"predictions-{data.worker}.npy")
    np.save(path, _plain(result))
    return {"predictions": path}


def _take_output():
    """The descriptor for answers. What is printed from now on, by Python or a library, goes to standard error."""
    answers = os.dup(1)
    os.dup2(2, 1)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)
    return answers


# As soon as this file is imported by a worker: what is imported after it may print. warptune sets the variable, which a
# worker's own children shall not see: their standard output is theirs.
_answers = _take_output() if os.environ.pop("WARPTUNE_WORKER", None) is not None else None


def serve(train):
    """Serves trials by a function until the study ends."""
    # The protocol gets descriptors of its own: what train() or a library prints or reads cannot come between.
    lines = os.fdopen(os.dup(0), "rb")
    answers = _take_output() if _answers is None else _answers
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

    def send(answer):
        line = memoryview(json.dumps(answer).encode() + b"\n")
        while line:
            line = line[os.write(answers, line):]

    hello = lines.readline()
    if not hello:
        return
    hello = json.loads(hello)
    data = Data(hello)
    data._send = send
    prunes = hello.get("prunes", False)   # then each intermediate score gets an answer

    def goes_on():
        if not prunes:
            return True
        answer = lines.readline()
        if not answer:   # the study has ended
            raise SystemExit(0)
        return json.loads(answer)["go_on"]

    data._goes_on = goes_on
    send({"ready": True, "protocol": PROTOCOL, **({"prunes": True} if prunes else {})})
    for line in lines:
        task = json.loads(line)
        trial, fold = task["trial"], task["fold"]
        data._set(trial, fold)
        try:
            answer = _answer(train(task["params"], data), data)
        except Exception as error:   # the trial fails, the worker goes on
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        answer["trial"], answer["fold"] = trial, fold
        sys.stdout.flush()
        send(answer)


def main(train):
    """Decorates the function: serves trials by it if its file is run as a program."""
    if train.__module__ == "__main__":
        try:
            serve(train)
        except BrokenPipeError:   # the study has ended
            pass
        sys.exit(0)
    return train
