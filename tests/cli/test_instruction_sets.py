"""The kernels for x86-64 v2 and v3 give the same results file."""

import pytest

STUDY = ["--param", "n_estimators=int(2,12)", "--param", "max_depth=choice(2,5,none)", "--param", "criterion=choice(gini,entropy)",
         "--param", "class_weight=choice(none,balanced)", "--trials", 40, "--seed", 4, "--quiet", "--results", "r.csv"]
TABLES = {"pima": "diabetes", "churn": "churn", "blog": "target"}


@pytest.mark.parametrize("family", ["random_forest", "extra_trees"])
@pytest.mark.parametrize("metric", ["accuracy", "log_loss"])
@pytest.mark.parametrize("table", TABLES)
def test_instruction_sets_give_the_same_bytes(warptune, data, table, metric, family):
    results = {}
    for level in ("v2", "v3"):
        kernels = warptune.good("devices", env={"WARPTUNE_ISA": level}).stdout
        if f"_{level}" not in kernels and f"-{level}" not in kernels:
            continue   # this processor has no such level: the program took a lower one
        warptune.good("run", "--data", data / f"{table}.csv", "--target", TABLES[table], "--device", "cpu", "--model", family,
                      "--metric", metric, *STUDY, env={"WARPTUNE_ISA": level})
        results[level] = (warptune.folder / "r.csv").read_bytes()
    if len(results) < 2:
        pytest.skip(f"this processor has only x86-64-{'/'.join(results)}")
    assert len(set(results.values())) == 1, results.keys()
