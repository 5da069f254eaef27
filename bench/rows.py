"""The rows of the bench: what each measures, against whom, and the bar. A row is a function of a Bench that returns
lines (seconds against a peer's seconds) and facts (a number against a bar).

Within a row, warptune and its peers run in turn, round by round, so that a slower minute of the machine hits them alike.
"""
import csv
import dataclasses
import functools
import os
import random
import re
import statistics
import sys

from measure import Failure, peer, run, summary

HERE = os.path.dirname(os.path.abspath(__file__))


class Skip(Exception):
    """A row that can't be measured here, and why."""


@dataclasses.dataclass
class Bar:
    least: float | None = None
    most: float | None = None

    def met(self, value):
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self):
        if self.least == self.most:
            return f"= {self.least:g}"
        return f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"


@dataclasses.dataclass
class Line:
    """warptune's seconds and a peer's for the same work; the ratio is the peer's median over warptune's."""
    work: str
    ours: list
    peer: str
    theirs: list
    bar: Bar | None = None
    accuracy: tuple | None = None   # warptune's, the peer's
    note: str = ""

    @property
    def value(self):
        return statistics.median(self.theirs) / statistics.median(self.ours)


@dataclasses.dataclass
class Fact:
    work: str
    what: str
    value: float
    unit: str = ""
    bar: Bar | None = None
    note: str = ""


@dataclasses.dataclass
class Bench:
    warptune: object   # measure.Warptune
    csv_bench: str
    folder: str   # for made data and results
    rounds: int
    full: bool   # the whole grid under gpulab

    def slow_rounds(self):
        """For peers that take minutes."""
        return min(self.rounds, 2)


def table_path(name):
    """A table of data/, or of the folder that WARPTUNE_SHARED_DATA names."""
    for folder in (os.path.join(HERE, "..", "data"), os.environ.get("WARPTUNE_SHARED_DATA", "")):
        path = os.path.join(folder, name + ".csv")
        if folder and os.path.exists(path):
            return os.path.normpath(path)
    raise Skip(f"there is no {name}.csv in data/, and WARPTUNE_SHARED_DATA names no folder that has it")


def with_folds(bench, name, target):
    """A copy of a table with a column fold, a third of each class "valid": all libraries train on the same rows."""
    path = f"{bench.folder}/{name}_fold.csv"
    if os.path.exists(path):
        return path
    with open(table_path(name), newline="") as f:
        rows = list(csv.reader(f))
    column = rows[0].index(target)
    by_class = {}
    for i, row in enumerate(rows[1:], start=1):
        by_class.setdefault(row[column], []).append(i)
    rng, valid = random.Random(1), set()
    for members in by_class.values():
        rng.shuffle(members)
        valid.update(members[:round(len(members) * 0.33)])
    with open(path + ".part", "w", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(rows[0] + ["fold"])
        writer.writerows(row + ["valid" if i in valid else "train"] for i, row in enumerate(rows[1:], start=1))
    os.rename(path + ".part", path)
    return path


def million(bench):
    """1,000,000 x 28, about 270 MB, made once."""
    path = f"{bench.folder}/million.csv"
    run([sys.executable, f"{HERE}/csv_pandas.py", "make", path])
    return path


def blog_search(*more, n_estimators="int(50,499)"):
    return ["--data", table_path("blog"), "--target", "target", "--model", "random_forest",
            "--param", f"n_estimators={n_estimators}", "--param", "max_depth=int(2,9)",
            "--param", "criterion=choice(gini,entropy)", "--seed", "1", "--holdout", "0.33", "--metric", "accuracy",
            *more]


def forest_flags(path, target, depth):
    return ["--data", path, "--target", target, "--model", "random_forest", "--param", "n_estimators=300",
            "--param", f"max_depth={depth}", "--trials", "1", "--seed", "1", "--fold-column", "fold",
            "--holdout-value", "valid", "--metric", "accuracy"]


MEAN_TREES = (50 + 499) / 2   # of the blog's space
FORESTS = {"blog": ("target", 9), "spam": ("type", 9), "letter": ("lettr", "none")}


def blog100(bench):
    ours, theirs, flags = [], [], blog_search("--trials", "100")
    for i in range(bench.rounds):
        ours.append(bench.warptune.checked(flags, 2))
        if i < 5:   # each draws its own 10 trials, of which some are twice as large as others
            theirs.append(peer("search", table_path("blog"), "target", 10, i))
    trees = statistics.mean(p["trees"] for p in theirs) / 10
    work = "blog, 100 random trials"
    line = Line(work, [s.seconds for s in ours], "scikit-learn", [10 * p["seconds"] for p in theirs], Bar(least=500),
                (ours[0].best_score, statistics.mean(p["accuracy"] for p in theirs)),
                "whole process from CSV to results file, 2 threads; RandomizedSearchCV n_jobs=2, 10 trials x 10, its "
                "workers started before the clock; accuracy: the best trial's, each on its own split")
    return [line, Fact(work, "ratio if scaled by trees, not by trials", line.value * MEAN_TREES / trees, "x", None,
                       f"its 10 trials had {trees:.0f} trees on average, the space has {MEAN_TREES:g}")]


def blog_grid(bench):
    hundred, grid, flags = [], [], blog_search("--sampler", "grid")
    for _ in range(bench.rounds):
        hundred.append(bench.warptune.checked(blog_search("--trials", "100"), 2).seconds)
        grid.append(bench.warptune.checked(flags, 2).seconds)
    ratio = statistics.median(grid) / statistics.median(hundred)
    return [Fact("blog, grid of 7,200", "whole process", statistics.median(grid), "s"),
            Fact("blog, grid of 7,200", "time over the 100 trials' time", ratio, "x", Bar(most=2))]


def forest(bench, name, libraries, least, least_fastest):
    target, depth = FORESTS[name]
    path, work = with_folds(bench, name, target), f"{name}, 300 trees, depth {depth}"
    ours, theirs = [], {library: [] for library in libraries}
    for i in range(bench.rounds):
        ours.append(bench.warptune.checked(forest_flags(path, target, depth), 1))
        for library in libraries:
            if name != "letter" or i < bench.slow_rounds():
                theirs[library].append(peer("forest", library, path, target, depth, i))
    stages, whole = [s.stage("bin", "fit") for s in ours], [s.seconds for s in ours]
    lines = [Line(work, stages, library, [a["seconds"] for a in answers],
                  Bar(least=least) if library == "scikit-learn" else None,
                  (ours[0].best_score, statistics.mean(a["accuracy"] for a in answers)))
             for library, answers in theirs.items()]
    others = [line for line in lines if line.peer != "scikit-learn"]
    if least_fastest is not None:
        min(others, key=lambda line: line.value).bar = Bar(least=least_fastest)
    lines[0].note = ("1 thread, stages bin + fit of --stats (training and scoring); the peers: training and prediction "
                     "in their process, table in memory, same rows")
    slower = statistics.median(stages) / statistics.median(whole)
    facts = [Fact(work, "whole process, CSV to results file", statistics.median(whole), "s"),
             Fact(work, "stage fit", statistics.median(s.stage("fit") for s in ours), "s"),
             Fact(work, "ratio of the whole process to scikit-learn", lines[0].value * slower, "x"),
             Fact(work, "ratio of the whole process to the fastest other", min(o.value for o in others) * slower, "x")]
    return lines + facts


def forest_blog(bench):
    return forest(bench, "blog", ["scikit-learn", "xgboost", "ydf", "lightgbm"], 12, 2)


def forest_spam(bench):
    return forest(bench, "spam", ["scikit-learn", "xgboost", "ydf", "lightgbm"], 5, 3)


def forest_letter(bench):
    return forest(bench, "letter", ["scikit-learn", "ydf"], 5, None)


def table_million(bench):
    path, ours, theirs = million(bench), [], []
    flags = ["--data", path, "--target", "target", "--model", "random_forest", "--param", "n_estimators=100",
             "--param", "max_depth=10", "--trials", "1", "--seed", "1", "--holdout", "0.33", "--metric", "accuracy"]
    for i in range(bench.slow_rounds()):
        ours.append(bench.warptune.checked(flags, 2, tree=True))
        theirs.append(peer("table", path, "target", 10, 10, i, tree=True))
    work = "1,000,000 x 28, 100 trees, depth 10"
    peak = (statistics.median(s.peak_bytes for s in ours), statistics.median(p["peak_bytes"] for p in theirs))
    return [Line(work, [s.seconds for s in ours], "pandas + scikit-learn",
                 [p["read_seconds"] + 10 * p["fit_seconds"] for p in theirs], Bar(least=8),
                 (ours[0].best_score, statistics.mean(p["accuracy"] for p in theirs)),
                 "from CSV, 2 threads; the peer: n_jobs=2, 10 trees, training and prediction x 10"),
            Fact(work, "peak memory", peak[0] / 1e6, "MB"),
            Fact(work, "peak memory of pandas + scikit-learn with 10 trees", peak[1] / 1e6, "MB"),
            Fact(work, "peak memory over the peer's", peak[0] / peak[1], "x", Bar(most=1),
                 "VmHWM, summed over a process and its children")]


COMMAND = ["--data", "data/blog.csv", "--target", "target", "--model", "command", "--workers", "2", "--seed", "1"]


def command(bench):
    """The family command: warptune's own time per trial, and a scikit-learn model beside scikit-learn's search."""
    os.chdir(os.path.dirname(HERE))
    worker = os.path.join(os.path.dirname(bench.warptune.program), "command_worker")
    if not os.path.exists(worker):
        raise Skip(f"there is no {worker}")
    items = []
    for text, words in (("C++", worker), ("Python", f"{sys.executable} bench/command_worker.py")):
        flags = [*COMMAND, "--command", words, "--param", "x=float(0,1)", "--trials"]
        few, many = [], []
        for _ in range(min(bench.rounds, 3)):
            few.append(bench.warptune.search([*flags, "100"], 2, journal=True).seconds)
            many.append(bench.warptune.search([*flags, str(TINY_TRIALS)], 2, journal=True).seconds)
        cost = (statistics.median(many) - statistics.median(few)) / (TINY_TRIALS - 100) * 1e6
        items.append(Fact(f"2 workers in {text} that answer at once, {TINY_TRIALS:,} trials", "cost per trial", cost, "us",
                          Bar(most=100), "with --journal and --results"))
    flags = [*COMMAND, "--command", f"{sys.executable} python/examples/gradient_boosting.py", "--metric", "accuracy",
             "--param", "n_estimators=int(50,150)", "--param", "learning_rate=log(0.01,0.3)", "--param",
             "max_depth=int(2,4)", "--trials", "20"]
    ours, warm, cold = [], [], []
    for _ in range(bench.rounds):
        ours.append(bench.warptune.search(flags, 2, tree=True))
        for theirs, start in ((warm, "warm"), (cold, "cold")):
            theirs.append(peer("command", "data/blog.csv", "target", f"{bench.warptune.folder}/results.csv", start, tree=True))
    work = "blog, 20 settings of GradientBoostingClassifier"
    whole, accuracy = [s.seconds for s in ours], (ours[0].best_score, statistics.mean(p["accuracy"] for p in warm))
    return items + [
        Line(work + ", workers running", [s.stage("fit") for s in ours], "scikit-learn's search", [p["seconds"] for p in warm],
             Bar(least=1), accuracy, "stage fit of --stats; the same settings, n_jobs=2, its workers started before the clock; "
             "each on its own split"),
        Line(work + ", whole process", whole, "scikit-learn's search", [p["process_seconds"] for p in cold], Bar(least=1),
             accuracy, "from start to end of both programs, imports included"),
        Fact(work, "its seconds with workers running over our whole process",
             statistics.median(p["seconds"] for p in warm) / statistics.median(whole), "x", None,
             "what starting two Pythons that import scikit-learn costs in a search of 8 s"),
        Fact(work, "peak memory", ours[0].peak_bytes / 1e6, "MB", None, "warptune and its workers"),
        Fact(work, "peak memory of scikit-learn's search", cold[0]["peak_bytes"] / 1e6, "MB")]


TINY_TRIALS = 100_000


def tiny(bench):
    space = ["--data", table_path("pima"), "--target", "diabetes", "--model", "random_forest",
             "--param", "n_estimators=int(1,20)", "--param", "max_depth=int(1,8)",
             "--param", "min_samples_split=int(2,21)", "--seed", "1", "--metric", "accuracy"]
    whole, fits = [], []
    for _ in range(min(bench.rounds, 3)):
        whole.append(bench.warptune.checked([*space, "--trials", str(TINY_TRIALS)], 2, journal=True).seconds)
        # All 3,200 combinations are the same fits, structures and trees: what the trials would cost without being many.
        fits.append(bench.warptune.search([*space, "--sampler", "grid"], 2).seconds)
    work = f"pima, {TINY_TRIALS:,} trials"
    return [Fact(work, "whole process", statistics.median(whole), "s", None, "with --journal and --results"),
            Fact(work, "the same fits, once each", statistics.median(fits), "s", None, "all 3,200 combinations, no journal"),
            Fact(work, "cost per trial beyond the fits",
                 (statistics.median(whole) - statistics.median(fits)) / TINY_TRIALS * 1e6, "us", Bar(most=20))]


def csv_reading(bench):
    path, ours, theirs = million(bench), [], []

    def seconds(command):   # on the clock, of the processor
        out = run(command, core=0).stdout
        return [float(re.search(rf" {name}=([0-9.]+)", out).group(1)) for name in ("seconds", "cpu_seconds")]

    if not os.path.exists(bench.csv_bench):
        raise Skip(f"there is no {bench.csv_bench}")
    for _ in range(min(bench.rounds, 3)):
        ours.append(seconds([bench.csv_bench, path, 1]))
        theirs.append(seconds([sys.executable, f"{HERE}/csv_pandas.py", "read", path]))
    processor = statistics.median(t for _, t in theirs) / statistics.median(t for _, t in ours)
    return [Line("CSV, 1,000,000 x 28", [t for t, _ in ours], "pandas, engine c", [t for t, _ in theirs], Bar(least=3),
                 None, "both pinned to one core"),
            Fact("CSV, 1,000,000 x 28", "ratio in processor seconds", processor, "x", None,
                 "steadier where other programs use that core")]


LEVEL_FLAGS = {"v3": "avx2"}   # a flag of /proc/cpuinfo that stands for the level


def instruction_sets(bench):
    with open("/proc/cpuinfo") as f:
        flags = set(next(line for line in f if line.startswith("flags")).split())
    levels = ["v2"] + [level for level, flag in LEVEL_FLAGS.items() if flag in flags]
    out = []
    for name, (target, depth) in FORESTS.items():
        try:
            path = with_folds(bench, name, target)
        except Skip as why:
            print(f"SKIPPED: isa, {name}: {why}", file=sys.stderr)
            continue
        seconds = {level: [] for level in levels}
        for _ in range(bench.rounds):
            for level in levels:
                ran = bench.warptune.checked(forest_flags(path, target, depth), 1, env={"WARPTUNE_ISA": level})
                seconds[level].append(ran.stage("fit"))
        for i, level in enumerate(levels[1:]):
            out.append(Line(f"{name}, x86-64-{level}", seconds[level], f"warptune, x86-64-{levels[i]}", seconds[levels[i]],
                            Bar(least=1.1), None, "stage fit; a level is kept if it gains this much somewhere" if not out else ""))
    if len(levels) < 2:
        print(f"SKIPPED: isa: this processor ends at x86-64-{levels[-1]}", file=sys.stderr)
    return out


def gpulab(bench):
    from gpulab_counts import count

    return count(bench)


@dataclasses.dataclass(frozen=True)
class Boosting:
    """A library of boosted trees: its family's name, and a search of its own parameters."""
    name: str
    shown: str
    more: tuple   # the other parameters that are searched
    fixed: tuple = ()

    def environment(self):
        return {f"WARPTUNE_{self.name.upper()}": peer("library", self.name)["path"]}

    def flags(self, path, target, *more):
        words = ["--data", path, "--target", target, "--model", self.name, "--seed", "1", "--metric", "accuracy"]
        for parameter in (*more, *self.fixed):
            words += ["--param", parameter]
        return words


XGBOOST = Boosting("xgboost", "XGBoost", ("learning_rate=log(0.01,0.3)", "subsample=float(0.5,1)"))
LIGHTGBM = Boosting("lightgbm", "LightGBM", ("learning_rate=log(0.01,0.3)", "bagging_fraction=float(0.5,1)"),
                    ("bagging_freq=1",))


def boosted_blog(library, bench):
    flags = library.flags(table_path("blog"), "target", "n_estimators=int(50,500)", "max_depth=int(2,9)", *library.more)
    flags += ["--trials", "100", "--holdout", "0.33"]
    env, ours, scikit, optuna = library.environment(), [], [], []
    results = f"{bench.folder}/results.csv"
    for _ in range(bench.slow_rounds()):
        ours.append(bench.warptune.search(flags, 2, env, tree=True))
        scikit.append(peer("boosters", library.name, table_path("blog"), "target", results, 1, 1, tree=True))
        optuna.append(peer("optuna", library.name, table_path("blog"), "target", results, 1, tree=True))
    work, seconds = f"blog, 100 {library.shown} trials", [s.seconds for s in ours]
    over = statistics.median(2 * s.seconds / s.stats["trainer_seconds"] for s in ours)
    note = "whole process, 2 threads; the peers: the same trials, n_jobs=1 each, two at once, imports before the clock"
    return [Line(work, seconds, "scikit-learn's search", [p["seconds"] for p in scikit], Bar(least=1),
                 (ours[0].best_score, statistics.mean(p["accuracy"] for p in scikit)), note),
            Line(work, seconds, "Optuna, 2 processes", [p["seconds"] for p in optuna], Bar(least=1),
                 (ours[0].best_score, statistics.mean(p["accuracy"] for p in optuna))),
            Fact(work, f"time over half the seconds inside {library.shown}", over, "x", Bar(most=1.05)),
            Fact(work, "peak memory", ours[0].peak_bytes / 1e6, "MB"),
            Fact(work, "peak memory of scikit-learn's search", scikit[0]["peak_bytes"] / 1e6, "MB"),
            Fact(work, "peak memory of Optuna's processes", optuna[0]["peak_bytes"] / 1e6, "MB")]


def boosted_curves(library, bench):
    rounds = ",".join(str(50 * i) for i in range(1, 11))
    share = library.more[1].split("=")[0]
    flags = library.flags(table_path("blog"), "target", f"n_estimators=choice({rounds})", "early_stopping_rounds=choice(5,20,none)",
                          "learning_rate=choice(0.02,0.05,0.1,0.2,0.3)", "max_depth=choice(3,5,7)", f"{share}=choice(0.7,1.0)")
    flags += ["--sampler", "grid", "--holdout", "0.33"]
    env, every = library.environment(), 7   # no divisor of the grid's sides: all values in equal shares
    ours = [bench.warptune.search(flags, 2, env, tree=True) for _ in range(bench.slow_rounds())]
    theirs = peer("boosters", library.name, table_path("blog"), "target", f"{bench.folder}/results.csv", every, 1, tree=True)
    scale = 900 / theirs["trials"]
    work = f"blog, 900 {library.shown} trials: 10 numbers of rounds x 3 patiences x 30 others"
    return [Line(work, [s.seconds for s in ours], "scikit-learn's search", [scale * theirs["seconds"]], Bar(least=10),
                 (ours[0].best_score, theirs["accuracy"]), f"the peer: {theirs['trials']} of the same trials x {scale:.3g}"),
            Fact(work, "boosters trained", ours[0].stats["boosters"], "", Bar(most=30)),
            Fact(work, "peak memory", ours[0].peak_bytes / 1e6, "MB"),
            Fact(work, "peak memory of scikit-learn's search", theirs["peak_bytes"] / 1e6, "MB")]


def boosted_wide(library, bench):
    path = f"{bench.folder}/wide.csv"
    with open(million(bench)) as source, open(path, "w") as made:
        made.writelines(line for line, _ in zip(source, range(100_001)))
    flags = library.flags(path, "target", "n_estimators=30", "max_depth=int(3,6)", "learning_rate=log(0.05,0.3)")
    ours = bench.warptune.search([*flags, "--trials", "20", "--folds", "5"], 2, library.environment(), tree=True)
    every = 4
    theirs = peer("boosters", library.name, path, "target", f"{bench.folder}/results.csv", every, 5, tree=True)
    work = f"100,000 x 28, 5 folds, 20 {library.shown} settings"
    return [Line(work, [ours.seconds], "scikit-learn's search", [every * theirs["seconds"]], None,
                 (ours.best_score, theirs["accuracy"]), f"the peer: 5 of the same settings x {every}"),
            Fact(work, "matrices for training", ours.stats["matrices"], "", Bar(least=5, most=5)),
            Fact(work, "peak memory", ours.peak_bytes / 1e6, "MB"),
            Fact(work, "peak memory of scikit-learn's search", theirs["peak_bytes"] / 1e6, "MB"),
            Fact(work, "peak memory over the peer's", ours.peak_bytes / theirs["peak_bytes"], "x", Bar(most=0.5))]


ROWS = {
    "blog100": blog100, "blog-grid": blog_grid, "forest-blog": forest_blog, "forest-spam": forest_spam,
    "forest-letter": forest_letter, "million": table_million, "tiny": tiny, "command": command, "csv": csv_reading,
    "isa": instruction_sets, "gpulab": gpulab,
}
for library in (XGBOOST, LIGHTGBM):
    for suffix, row in (("", boosted_blog), ("-curves", boosted_curves), ("-wide", boosted_wide)):
        ROWS[library.name + suffix] = functools.partial(row, library)


def as_json(item):
    """A line or a fact as data."""
    out = {"work": item.work}
    if isinstance(item, Line):
        out |= {"warptune_seconds": summary(item.ours), "peer": item.peer, "peer_seconds": summary(item.theirs),
                "ratio": item.value}
        if item.accuracy:
            out["accuracy"] = {"warptune": item.accuracy[0], "peer": item.accuracy[1]}
    else:
        out |= {"what": item.what, "value": item.value, "unit": item.unit}
    if item.bar:
        out |= {"bar": str(item.bar), "met": item.bar.met(item.value)}
    if item.note:
        out["note"] = item.note
    return out


__all__ = ["Bench", "Fact", "Failure", "Line", "ROWS", "Skip", "as_json"]
