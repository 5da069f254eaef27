"""The peers, each in a process of its own; prints one JSON line with seconds and accuracy. Imports are never timed.

usage: peers.py versions
       peers.py search FILE TARGET TRIALS SEED        scikit-learn's RandomizedSearchCV, n_jobs=2
       peers.py forest LIBRARY FILE TARGET DEPTH SEED one forest of 300 trees, one thread; FILE has a column fold
       peers.py command FILE TARGET RESULTS START     GridSearchCV, n_jobs=2, of GradientBoostingClassifier on the
                                                      settings in warptune's results file; START is warm (its workers run
                                                      before the clock) or cold (for the clock of the whole process)
       peers.py table FILE TARGET TREES DEPTH SEED    pandas.read_csv and scikit-learn's forest, n_jobs=2
       peers.py library LIBRARY                       where xgboost's or lightgbm's shared library lies
       peers.py boosters LIBRARY FILE TARGET RESULTS EVERY FOLDS
                                                      scikit-learn's search over its classifier, n_jobs=2: every so many-th
                                                      trial of a results file of warptune's, the same parameters
       peers.py optuna LIBRARY FILE TARGET RESULTS EVERY   the same trials by Optuna in 2 processes, with a journal

Every library gets the same rows and its own leaf limits and regularisation: for XGBoost and LightGBM these make smaller
trees than scikit-learn's (a few rows a leaf at least), that is they run faster than with warptune's settings. YDF gets
its discretised columns, its faster way.
"""
import json
import math
import os
import sys
import time

TREES = 300
DISTINCT_SHARE = 0.632   # of a bootstrap's rows, for libraries that sample without replacement


def answer(seconds, accuracy, **more):
    print(json.dumps({"seconds": seconds, "accuracy": float(accuracy), **more}))


def versions():
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for package in ("scikit-learn", "pandas", "numpy", "xgboost", "lightgbm", "ydf"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    print(json.dumps(found))


def search(path, target, trials, seed):
    import pandas
    from scipy.stats import randint
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import RandomizedSearchCV, ShuffleSplit

    table = pandas.read_csv(path)
    y = table.pop(target)

    def searcher(space, n):
        return RandomizedSearchCV(RandomForestClassifier(random_state=seed), space, n_iter=n, n_jobs=2, refit=False,
                                  cv=ShuffleSplit(n_splits=1, test_size=0.33, random_state=seed), random_state=seed)

    # The worker processes start and import before the clock does: scaling must not multiply that.
    searcher({"n_estimators": [1, 2, 3, 4]}, 4).fit(table, y)
    space = {"n_estimators": randint(50, 500), "max_depth": randint(2, 10), "criterion": ["gini", "entropy"]}
    start = time.perf_counter()
    found = searcher(space, trials).fit(table, y)
    seconds = time.perf_counter() - start
    trees = sum(p["n_estimators"] for p in found.cv_results_["params"])
    answer(seconds, found.best_score_, trials=trials, trees=trees)


def trials_of(results, every):
    """Parameters of the trials of a results file, by their number."""
    import csv

    out = []
    with open(results, newline="") as f:
        for row in sorted(csv.DictReader(f), key=lambda row: int(row["trial"])):
            params = {k: row[k] for k in row
                      if k not in ("rank", "trial", "score", "fit", "rounds") and not k.startswith(("fold_", "rounds_"))}
            out.append({k: None if v == "none" else float(v) if any(c in v for c in ".e") else int(v) for k, v in params.items()})
    return out[::every]


def classifier(library, **params):
    """One thread, the library's own names of parameters."""
    if library == "xgboost":
        from xgboost import XGBClassifier

        return XGBClassifier(n_jobs=1, tree_method="hist", random_state=1, **params)
    from lightgbm import LGBMClassifier

    return LGBMClassifier(n_jobs=1, random_state=1, verbose=-1, force_col_wise=True, **params)


def boosters(library, path, target, results, every, folds):
    import warnings

    import numpy
    import pandas
    from sklearn.model_selection import GridSearchCV, KFold, ShuffleSplit

    warnings.filterwarnings("ignore")

    table = pandas.read_csv(path)
    y = pandas.factorize(table.pop(target), sort=True)[0]
    x = numpy.ascontiguousarray(table.to_numpy(numpy.float32))
    trials = trials_of(results, every)
    cut = KFold(folds, shuffle=True, random_state=1) if folds > 1 else ShuffleSplit(n_splits=1, test_size=0.33, random_state=1)
    more = {}
    if any("early_stopping_rounds" in t for t in trials):   # every fit needs rows to stop by
        more = {"eval_set": [(x[: len(x) // 3], y[: len(x) // 3])]} | ({"verbose": False} if library == "xgboost" else {})

    def searcher(space):   # a list of single trials: the machinery of RandomizedSearchCV without its drawing
        return GridSearchCV(classifier(library), space, n_jobs=2, refit=False, cv=cut)

    searcher([{"n_estimators": [1]}, {"n_estimators": [2]}]).fit(x, y)   # workers start before the clock
    start = time.perf_counter()
    found = searcher([{k: [v] for k, v in t.items()} for t in trials]).fit(x, y, **more)
    answer(time.perf_counter() - start, found.best_score_, trials=len(trials))


def optuna_worker(storage, library, path, target, trials):
    import numpy
    import optuna
    import pandas
    from sklearn.model_selection import train_test_split

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    table = pandas.read_csv(path)
    y = pandas.factorize(table.pop(target), sort=True)[0]
    train, valid = train_test_split(numpy.arange(len(y)), test_size=0.33, random_state=1)
    x = numpy.ascontiguousarray(table.to_numpy(numpy.float32))
    study = optuna.load_study(study_name="bench", storage=optuna.storages.JournalStorage(
        optuna.storages.journal.JournalFileBackend(storage)))

    def objective(trial):
        model = classifier(library, **trial.user_attrs["params"])
        return model.fit(x[train], y[train]).score(x[valid], y[valid])

    for params in trials:
        study.enqueue_trial({}, user_attrs={"params": params})
        study.optimize(objective, n_trials=1)


def optuna_search(library, path, target, results, every):
    import multiprocessing
    import tempfile

    import numpy   # noqa: F401 here, before the clock: the workers are forks
    import optuna
    import pandas   # noqa: F401
    import sklearn.model_selection   # noqa: F401

    classifier(library)   # imports it

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    trials = trials_of(results, every)
    with tempfile.TemporaryDirectory() as folder:
        storage = os.path.join(folder, "journal")
        study = optuna.create_study(study_name="bench", direction="maximize", storage=optuna.storages.JournalStorage(
            optuna.storages.journal.JournalFileBackend(storage)))
        start = time.perf_counter()
        workers = [multiprocessing.Process(target=optuna_worker, args=(storage, library, path, target, trials[i::2])) for i in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        seconds = time.perf_counter() - start
        answer(seconds, study.best_value, trials=len(study.trials))


def split(path, target):
    """Training and validation part of a file with a column fold: x as float32, y as codes."""
    import numpy
    import pandas

    table = pandas.read_csv(path)
    fold, y = table.pop("fold"), pandas.factorize(table.pop(target), sort=True)[0]
    x, valid = numpy.ascontiguousarray(table.to_numpy(numpy.float32)), (fold == "valid").to_numpy()
    return x[~valid], y[~valid], x[valid], y[valid]


def forest(library, path, target, depth, seed):
    x, y, x_valid, y_valid = split(path, target)
    features, classes = x.shape[1], int(y.max()) + 1
    wanted = int(math.sqrt(features))   # features per node, as scikit-learn's "sqrt"
    start, accuracy = FORESTS[library](x, y, x_valid, y_valid, depth, seed, wanted / features, classes)
    answer(time.perf_counter() - start, accuracy)


def scikit_learn(x, y, x_valid, y_valid, depth, seed, share, classes):
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(TREES, max_depth=depth, n_jobs=1, random_state=seed)
    start = time.perf_counter()
    model.fit(x, y)
    return start, (model.predict(x_valid) == y_valid).mean()


def xgboost(x, y, x_valid, y_valid, depth, seed, share, classes):
    import xgboost as library

    parameters = {"objective": "binary:logistic", "num_parallel_tree": TREES, "tree_method": "hist", "nthread": 1,
                  "max_depth": depth, "learning_rate": 1, "reg_lambda": 1e-5, "subsample": DISTINCT_SHARE,
                  "colsample_bynode": share, "max_bin": 256, "seed": seed}
    start = time.perf_counter()
    train = library.QuantileDMatrix(x, y, nthread=1)
    valid = library.QuantileDMatrix(x_valid, ref=train, nthread=1)
    model = library.train(parameters, train, num_boost_round=1)
    return start, ((model.predict(valid) > 0.5) == y_valid).mean()


def lightgbm(x, y, x_valid, y_valid, depth, seed, share, classes):
    import lightgbm as library

    parameters = {"objective": "binary", "boosting": "rf", "num_leaves": 2 ** depth, "max_depth": depth,
                  "bagging_fraction": DISTINCT_SHARE, "bagging_freq": 1, "feature_fraction_bynode": share,
                  "num_threads": 1, "seed": seed, "verbose": -1}
    start = time.perf_counter()
    model = library.train(parameters, library.Dataset(x, y), TREES)
    return start, ((model.predict(x_valid, num_threads=1) > 0.5) == y_valid).mean()


def ydf(x, y, x_valid, y_valid, depth, seed, share, classes):
    import numpy
    import ydf as library

    library.verbose(0)
    names = numpy.array([f"{k:03d}" for k in range(classes)])   # sorted as their codes
    train = {f"f{i}": x[:, i] for i in range(x.shape[1])} | {"y": names[y]}
    valid = {f"f{i}": x_valid[:, i] for i in range(x.shape[1])}
    # Its depth counts nodes; -1 is no limit.
    learner = library.RandomForestLearner("y", num_trees=TREES, max_depth=-1 if depth is None else depth + 1,
                                          num_threads=1, min_examples=1, winner_take_all=False, random_seed=seed,
                                          compute_oob_performances=False, discretize_numerical_columns=True)
    start = time.perf_counter()
    model = learner.train(train)
    votes = model.predict(valid, num_threads=1)
    order = numpy.array([int(name) for name in model.label_classes()])
    predicted = order[(votes > 0.5).astype(int)] if classes == 2 else order[votes.argmax(axis=1)]
    return start, (predicted == y_valid).mean()


FORESTS = {"scikit-learn": scikit_learn, "xgboost": xgboost, "lightgbm": lightgbm, "ydf": ydf}


def table(path, target, trees, depth, seed):
    import pandas
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import train_test_split

    start = time.perf_counter()
    rows = pandas.read_csv(path)
    y = rows.pop(target).to_numpy()
    x, x_valid, y, y_valid = train_test_split(rows.to_numpy("float32"), y, test_size=0.33, stratify=y, random_state=seed)
    read = time.perf_counter() - start
    del rows
    start = time.perf_counter()
    model = RandomForestClassifier(trees, max_depth=depth, n_jobs=2, random_state=seed).fit(x, y)
    accuracy = (model.predict(x_valid) == y_valid).mean()
    fit = time.perf_counter() - start
    answer(read + fit, accuracy, read_seconds=read, fit_seconds=fit)


def same_settings(path, target, results, start_of_workers):
    import csv

    import pandas
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.model_selection import GridSearchCV, ShuffleSplit

    def searcher(settings):
        split = ShuffleSplit(n_splits=1, test_size=0.33, random_state=0)
        return GridSearchCV(GradientBoostingClassifier(random_state=0), settings, n_jobs=2, refit=False, cv=split)

    with open(results) as f:
        settings = [{"n_estimators": [int(row["n_estimators"])], "learning_rate": [float(row["learning_rate"])],
                     "max_depth": [int(row["max_depth"])]} for row in csv.DictReader(f)]
    table = pandas.read_csv(path)
    y = table.pop(target)
    if start_of_workers == "warm":   # the worker processes start and import before the clock does
        searcher({"n_estimators": [1, 2, 3, 4]}).fit(table, y)
    start = time.perf_counter()
    found = searcher(settings).fit(table, y)
    answer(time.perf_counter() - start, found.best_score_)


if __name__ == "__main__":
    command, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    os.environ.setdefault("OMP_NUM_THREADS", "2" if command in ("search", "table") else "1")
    if command == "versions" and not arguments:
        versions()
    elif command == "search" and len(arguments) == 4:
        search(arguments[0], arguments[1], int(arguments[2]), int(arguments[3]))
    elif command == "forest" and len(arguments) == 5 and arguments[0] in FORESTS:
        forest(*arguments[:3], None if arguments[3] == "none" else int(arguments[3]), int(arguments[4]))
    elif command == "command" and len(arguments) == 4 and arguments[3] in ("warm", "cold"):
        same_settings(*arguments)
    elif command == "table" and len(arguments) == 5:
        table(arguments[0], arguments[1], *map(int, arguments[2:]))
    elif command == "boosters" and len(arguments) == 6:
        boosters(*arguments[:4], int(arguments[4]), int(arguments[5]))
    elif command == "optuna" and len(arguments) == 5:
        optuna_search(*arguments[:4], int(arguments[4]))
    elif command == "library" and len(arguments) == 1:
        import importlib

        package = importlib.import_module(f"{arguments[0]}.libpath")
        answer(0, 0, path=str((package.find_lib_path if hasattr(package, "find_lib_path") else package._find_lib_path)()[0]))
    else:
        sys.exit(__doc__)
