"""Few trees of a large table: several blocks of a GPU grow each together. The bytes are the CPU's."""

import random
import subprocess
import time

import pytest

ROWS = 134000   # of which enough train, see src/family/forest/gangs.h


def write_table(path, classes):
    """Numbers, one of few values and one with missing cells; the class depends on all three, and on luck."""
    rng = random.Random(3)
    with open(path, "w") as file:
        file.write("a,b,c,kind\n")
        for _ in range(ROWS):
            a, b, c = rng.randrange(4000), rng.randrange(9), rng.randrange(300)
            kind = (a // 500 + b + c // 100) * classes // 18 if rng.random() < 0.7 else rng.randrange(classes)
            file.write(f"{a},{b},{c if a % 7 else ''},c{kind}\n")
    return ["--data", path, "--target", "kind", "--holdout", 0.02, "--trials", 1, "--seed", 4]


# name: (classes, parameters, flags, gpulab's options)
STUDIES = {
    "two classes": (2, ["n_estimators=3", "max_depth=5"], ["--metric", "roc_auc"], ["--check", "memory,races"]),
    "levels of many large nodes": (2, ["n_estimators=1", "max_depth=9", "max_features=2"], ["--memory", "64M"], ["--arch", 75]),
    "weighed classes": (18, ["n_estimators=2", "max_depth=4", "class_weight=balanced", "criterion=entropy", "min_samples_leaf=3"],
                        ["--metric", "log_loss"], ["--order", "random:5", "--check", "memory,races"]),
    "extra_trees": (3, ["n_estimators=2", "max_depth=5", "bootstrap=false"], ["--model", "extra_trees"], ["--order", "reverse"]),
    "gangs take several trees": (2, ["n_estimators=15", "max_depth=1"], [], ["--arch", 75]),
    "on two devices": (2, ["n_estimators=4", "max_depth=3"], [], ["--devices", 2, "--schedule", "random:2"]),
}


@pytest.mark.parametrize("name", STUDIES)
def test_gangs_give_the_cpus_bytes(lab, name):
    classes, parameters, more, options = STUDIES[name]
    flags = [*write_table(lab.folder / "large.csv", classes), *(word for text in parameters for word in ("--param", text)), *more]
    done = lab("run", *flags, "--device", "cuda", "--results", "cuda.csv", lab=[*options, "--report", "report.json", "--strict"],
               timeout=300)
    assert done.returncode == 0, done.stderr
    assert lab.results() == lab.cpu(*flags)
    assert any("gang_kernel" in kernel["name"] for kernel in lab.json("report.json")["kernels"])


def resumed(lab, flags):
    done = lab("resume", "j.log", "--device", "cpu", "--results", "cuda.csv", timeout=300)
    assert done.returncode == 0, done.stderr
    assert lab.results() == lab.cpu(*flags)


def test_a_time_limit_ends_a_launch_of_gangs(lab):
    flags = [*write_table(lab.folder / "large.csv", 2), "--param", "n_estimators=20", "--param", "max_depth=12"]
    began = time.monotonic()
    done = lab("run", *flags, "--time-limit", "3s", "--device", "cuda", "--journal", "j.log", "--stats", "s.json", "--results", "no.csv")
    assert "warptune resume j.log" in done.stderr, done.stderr
    assert (lab.json("s.json")["trees"], lab.json("s.json")["fits"]) == (20, 0)   # all trees were in the launch
    assert time.monotonic() - began < 20
    resumed(lab, flags)


def test_trees_that_outgrow_their_room_are_grown_again_by_gangs(lab):
    """There is room for fewer gangs then."""
    flags = [*write_table(lab.folder / "large.csv", 2), "--param", "n_estimators=3"]
    done = lab("run", *flags, "--device", "cuda", "--memory", "40M", "--streams", 1, "--results", "cuda.csv",
               lab=["--arch", 75, "--report", "report.json", "--strict"], timeout=300)
    assert done.returncode == 0, done.stderr
    assert lab.results() == lab.cpu(*flags)
    launches = {kernel["name"]: kernel["counters"]["launches"] for kernel in lab.json("report.json")["kernels"]}
    assert [number for name, number in launches.items() if "gang_kernel" in name] == [2], launches
    assert not any("grow_kernel" in name for name in launches), launches


@pytest.fixture
def refused(lab, refusing):
    """Runs a study of few trees while something is refused: its standard error and the kernels' launches."""
    def refused(setting, trees):
        flags = [*write_table(lab.folder / "large.csv", 2), "--param", f"n_estimators={trees}", "--param", "max_depth=3"]
        run = [lab.program, "run", *flags, "--device", "cuda", "--streams", 1, "--results", "cuda.csv"]
        done = subprocess.run([f"{lab.gpulab}/gpulab", "--quiet", "--report", "report.json", "--", "sh", "-c",
                               f'LD_PRELOAD={refusing}:$LD_PRELOAD {setting} exec "$@"', "sh", *map(str, run)],
                              cwd=lab.folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert lab.results() == lab.cpu(*flags)
        kernels = {kernel["name"]: kernel["counters"]["launches"] for kernel in lab.json("report.json")["kernels"]}
        return done.stderr, {word: sum(n for name, n in kernels.items() if word in name) for word in ("gang_kernel", "grow_kernel")}
    return refused


def test_where_gangs_are_refused_each_tree_is_a_blocks(refused):
    assert refused("REFUSE_GANGS=0", 3)[1] == {"gang_kernel": 0, "grow_kernel": 1}


def test_a_watchdog_ends_a_launch_of_gangs(refused):
    said, launches = refused("REFUSE_WAIT=0", 4)
    assert "its launches have fewer trees from now on" in said
    assert launches == {"gang_kernel": 3, "grow_kernel": 0}   # two trees at a time


def test_a_gang_that_is_lost_is_named(lab):
    flags = [*write_table(lab.folder / "large.csv", 2), "--param", "n_estimators=3", "--param", "max_depth=3"]
    done = lab("run", *flags, "--device", "cuda", "--streams", 1, "--journal", "j.log", "--results", "no.csv", lab=["--fail", "device:0@launch:28"])
    assert done.returncode == 3 and "cudaLaunchCooperativeKernel" in done.stderr, done.stderr
    resumed(lab, flags)
