#!/usr/bin/env python3
"""Optuna (3.2 or later) opens a journal that warptune wrote: trials, parameters, values, states, best trial, metric names.

Usage: optuna_journal.py UNIT_TESTS   (the program of the unit tests, whose JournalExample writes the journal)
Exit status: 0 all equal, 1 not, 77 skipped because Optuna is not installed, which in CI is 1.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import warnings

try:
    import optuna
    from optuna.storages import JournalStorage
    try:
        from optuna.storages.journal import JournalFileBackend
    except ImportError:  # before 4.0
        from optuna.storages import JournalFileStorage as JournalFileBackend
except ImportError as missing:
    print(f"SKIPPED: {missing}: install it with: pip install optuna")
    sys.exit(1 if os.environ.get("CI") else 77)


def expected_params(number):
    """tests/unit/journal_example.h: example::trial."""
    i = number % 30
    return {
        "n_estimators": 50 + i,
        "max_leaf_nodes": 8 * (1 + i),
        "min_samples_leaf": 1 + i,
        "learning_rate": 0.01 + i / 300,
        "subsample": 0.5 + 0.1 * (number % 6),
        "max_features": [None, "sqrt", 1, 0.5, True][number % 5],
        "criterion": "gini",
    }


def check(path):
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line, parse_constant=lambda word: sys.exit(f"the journal holds {word}")) for line in file]
    assert len(lines) == 107, len(lines)

    storage = JournalStorage(JournalFileBackend(path))
    study = optuna.load_study(study_name='blog "search"', storage=storage)
    assert study.direction == optuna.study.StudyDirection.MAXIMIZE
    names = storage.get_study_system_attrs(study._study_id)["study:metric_names"]  # Study.metric_names: since 3.4
    assert names == ["accuracy"], names
    attributes = study.user_attrs
    assert re.fullmatch(r"\d+\.\d+\.\d+", attributes["warptune:version"])
    assert attributes["warptune:dataset"] == "0123456789abcdef"
    assert attributes["warptune:seed"] == 2**64 - 1
    assert attributes["warptune:study"] == {"data": "blog.csv", "folds": 3}
    assert [p["name"] for p in attributes["warptune:space"]] == list(expected_params(0))

    trials = study.get_trials()
    assert [t.number for t in trials] == list(range(100))
    for trial in trials:
        params = expected_params(trial.number)
        assert list(trial.params) == list(params), trial
        for name, value in params.items():
            got = trial.params[name]
            assert got == value and type(got) is type(value), (trial.number, name, got, value)
        assert trial.user_attrs["fit"] == trial.number // 2
        assert trial.user_attrs["warptune:trial"] == trial.number
        assert trial.datetime_start <= trial.datetime_complete
        assert trial.duration is not None
        if trial.number % 7 == 3:
            assert trial.state == optuna.trial.TrialState.FAIL
            assert trial.values is None
            assert trial.user_attrs["fail_reason"] == 'out of "memory",\n\ufffd'
        else:
            score = 0.9 + trial.number % 30 / 1234
            pruned = trial.number % 7 == 5
            assert trial.state == (optuna.trial.TrialState.PRUNED if pruned else optuna.trial.TrialState.COMPLETE)
            assert trial.values == [score], (trial.values, score)
            assert trial.user_attrs["fold_scores"] == [score - 0.001, score, score + 0.001]
            trial._validate()  # Optuna's own check of values, parameters and distributions

    assert study.best_trial.number == 29 and study.best_value == 0.9 + 29 / 1234
    assert sum(t.state == optuna.trial.TrialState.COMPLETE for t in trials) == 72

    # The space is the same in all trials, so samplers can use it, and Optuna can go on with the study.
    space = optuna.search_space.intersection_search_space(trials)
    assert set(space) == set(expected_params(0)), space
    study.optimize(lambda trial: sum(isinstance(trial._suggest(n, d), float) for n, d in space.items()), n_trials=2)
    assert len(study.get_trials()) == 102


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "study.log")
        subprocess.run(
            [sys.argv[1], "--gtest_filter=JournalExample.*"],
            env=dict(os.environ, WARPTUNE_JOURNAL_OUT=path), check=True, stdout=subprocess.DEVNULL,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # such as a range that its step misses
            check(path)
        # What Optuna added is not ours: warptune still reads its own trials.
        subprocess.run(
            [sys.argv[1], "--gtest_filter=JournalForeign.*"],
            env=dict(os.environ, WARPTUNE_JOURNAL_IN=path), check=True, stdout=subprocess.DEVNULL,
        )
    print(f"Optuna {optuna.__version__} reads the journal: 100 trials equal")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
