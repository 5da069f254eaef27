"""A study gives the same results file on CUDA as on the CPU, byte for byte, on any number of devices and streams and in
any order of blocks and streams; no kernel has a race, nothing leaks."""

import pytest

# (devices, streams per device, schedule of the streams, order of blocks and warps)
MACHINES = [
    (1, 1, "eager", "forward"),
    (1, 2, "lazy", "reverse"),
    (1, 3, "random:1", "random:3"),
    (2, 1, "random:2", "forward"),
    (2, 2, "eager", "random:3"),
    (2, 3, "lazy", "forward"),
    (1, 2, "random:2", "reverse"),
    (2, 1, "random:1", "reverse"),
]

TREES = "n_estimators=int(1,4)"
DEPTH = "max_depth=int(1,6)"
FEATURES = "max_features=choice(1,2,sqrt,all)"


def study(table, *parameters, trials=16, seed=1, flags=()):
    return table, [word for p in parameters for word in ("--param", p)] + ["--trials", trials, "--seed", seed, *flags]


STUDIES = {
    "two classes, missing values": study("pima", TREES, DEPTH, FEATURES),
    "10,000 rows": study("blog", "n_estimators=int(1,3)", DEPTH, "criterion=choice(gini,entropy)", trials=8),
    "10,000 rows, roc_auc": study("blog", "n_estimators=2", DEPTH, "max_features=choice(1,2)", trials=6, flags=["--metric", "roc_auc"]),
    "five classes": study("five", TREES, DEPTH, FEATURES, "criterion=choice(gini,entropy,log_loss)"),
    "no depth limit": study("five", TREES, "max_depth=choice(none,3)", "max_features=choice(1,all)"),
    "class weights": study("five", TREES, DEPTH, "class_weight=choice(none,balanced,balanced_subsample)",
                           flags=["--metric", "balanced_accuracy"]),
    "weights of two classes": study("pima", TREES, DEPTH, "class_weight=choice(balanced,balanced_subsample)",
                                    "min_weight_fraction_leaf=float(0,0.1,step=0.02)", trials=8),
    "extra trees": study("five", TREES, DEPTH, FEATURES, flags=["--model", "extra_trees"]),
    "extra trees, roc_auc": study("pima", TREES, DEPTH, "bootstrap=choice(true,false)",
                                  flags=["--model", "extra_trees", "--metric", "roc_auc"]),
    "no depth limit, many nodes": study("pima", "n_estimators=int(10,12)", "max_features=1", "bootstrap=false", trials=2,
                                        flags=["--model", "extra_trees"]),
    "max_leaf_nodes": study("pima", TREES, "max_leaf_nodes=int(2,30)", FEATURES, flags=["--metric", "log_loss"]),
    "ccp_alpha": study("five", TREES, DEPTH, "ccp_alpha=log(0.0001,0.05)", "max_features=float(0.3,1)", trials=10),
    "min_samples_leaf": study("pima", TREES, "min_samples_leaf=choice(1,7,0.02)", "min_samples_split=choice(2,20,0.1)",
                              "min_impurity_decrease=float(0,0.01)"),
    "fewer rows per tree": study("five", TREES, DEPTH, "max_samples=choice(0.3,100,none)", "max_features=2"),
    "every row once": study("pima", "n_estimators=int(1,8,log)", DEPTH, "bootstrap=false", "max_features=choice(1,3)"),
    "folds": study("pima", TREES, DEPTH, "max_features=choice(2,all)", flags=["--folds", 3]),
    "folds, roc_auc": study("pima", TREES, "max_leaf_nodes=int(2,9)", flags=["--folds", 4, "--metric", "roc_auc"]),
    "folds, log_loss": study("five", TREES, DEPTH, flags=["--folds", 2, "--no-stratify", "--metric", "log_loss"]),
    "folds, balanced_accuracy": study("five", TREES, DEPTH, FEATURES, flags=["--folds", 3, "--metric", "balanced_accuracy"]),
    "a grid": study("pima", "n_estimators=int(1,4)", "max_depth=int(1,3)", "max_features=choice(1,4)", trials=24,
                    flags=["--sampler", "grid"]),
    "groups": study("pima", TREES, DEPTH, flags=["--group", "pregnant", "--folds", 3]),
    "in the order of time": study("pima", TREES, DEPTH, "class_weight=choice(none,balanced)", trials=8,
                                  flags=["--time", "age", "--folds", 3, "--gap", 20, "--window", 300]),
    "repeated folds": study("five", TREES, DEPTH, "class_weight=choice(none,balanced)", "min_samples_leaf=choice(1,5)", trials=8,
                            flags=["--folds", 2, "--repeats", 2, "--metric", "log_loss"]),
    "few bins": study("pima", TREES, DEPTH, FEATURES, flags=["--max-bins", 7]),
}


# Every study on two machines, so that each value of each axis is met about a dozen times.
@pytest.mark.parametrize("name, machine", [(name, MACHINES[m % len(MACHINES)]) for i, name in enumerate(STUDIES) for m in (i, i + 3)],
                         ids=str)
def test_cuda_gives_the_cpus_bytes(cuda, table, name, machine):
    table_name, flags = STUDIES[name]
    flags = [*table(table_name), *flags]
    devices, streams, schedule, order = machine
    done = cuda("run", *flags, "--device", "cuda", "--streams", streams, "--results", "cuda.csv",
                lab=["--devices", devices, "--schedule", schedule, "--order", order, "--check", "memory,races", "--strict"])
    assert done.returncode == 0, done.stderr
    assert cuda.results() == cuda.cpu(*flags)


# In little memory, trees of many nodes outgrow the room that they get first.
@pytest.mark.parametrize("name, memory", [("folds", "40K"), ("folds", "64K"), ("folds", "1M"), ("folds", "64M"),
                                          ("no depth limit, many nodes", "200K"), ("no depth limit, many nodes", "2M")])
def test_any_amount_of_memory_gives_the_same_bytes(cuda, table, name, memory):
    table_name, flags = STUDIES[name]
    flags = [*table(table_name), *flags]
    done = cuda("run", *flags, "--device", "cuda", "--memory", memory, "--results", "cuda.csv", lab=["--strict"])
    assert done.returncode == 0, done.stderr
    assert cuda.results() == cuda.cpu(*flags)


def test_a_journal_begun_on_the_cpu_is_resumed_on_cuda(cuda, table):
    table_name, flags = STUDIES["folds"]
    flags = [*table(table_name), *flags]
    whole = cuda.cpu(*flags, "--journal", "j.log")
    lines = (cuda.folder / "j.log").read_text().splitlines(keepends=True)
    (cuda.folder / "j.log").write_text("".join(lines[:-9]))
    done = cuda("resume", "j.log", "--device", "cuda", "--results", "cuda.csv", lab=["--strict", "--devices", 2])
    assert done.returncode == 0, done.stderr
    assert cuda.results() == whole
