"""Two commits on this machine: both are built below build/compare and run in turn, round by round; per row the ratio of
their seconds with its interval. Needs no peers.

usage: run.py compare BASE HEAD [ROW...] [--rounds N]

Exit code 1: a row of HEAD is slower beyond the noise, that is the 95 % interval of its ratio lies above 1 + TOLERANCE,
and does so again when the row is measured a second time with twice the rounds.
"""
import argparse
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys

from measure import Failure, run
from rows import FORESTS, Skip, blog_search, forest_flags, table_path, with_folds

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOLERANCE = 0.01   # code that only moved in memory differs by as much
RESAMPLES = 5000


class Folder:
    """What with_folds needs to know of a bench."""

    def __init__(self, folder):
        self.folder = folder


def flags_of_rows(folder):
    """[row] flags of `warptune run` and the threads."""
    pima = ["--data", table_path("pima"), "--target", "diabetes", "--seed", "1", "--param", "n_estimators=int(1,20)",
            "--param", "max_depth=int(1,8)", "--param", "min_samples_split=int(2,21)"]
    rows = {"blog100": (blog_search("--trials", "100"), 2), "blog-grid": (blog_search("--sampler", "grid"), 2),
            "tiny": ([*pima, "--trials", "20000"], 2)}
    for name, (target, depth) in FORESTS.items():
        try:
            rows[f"forest-{name}"] = (forest_flags(with_folds(Folder(folder), name, target), target, depth), 1)
        except Skip as why:
            print(f"SKIPPED: forest-{name}: {why}", file=sys.stderr)
    return rows


def command(program, flags, threads, folder):
    return [program, "run", *flags, "--device", "cpu", "--threads", threads, "--quiet", "--results",
            f"{folder}/results.csv"]


def build(commit, folder):
    """The commit's program, in a worktree named after it; built once."""
    try:
        sha = subprocess.run(["git", "-C", ROOT, "rev-parse", "--verify", "--quiet", commit + "^{commit}"],
                             capture_output=True, text=True, check=True).stdout.strip()
    except subprocess.CalledProcessError:
        raise Failure(f"git knows no commit {commit}") from None
    tree = os.path.join(folder, sha[:12])
    if not os.path.isdir(tree):
        subprocess.run(["git", "-C", ROOT, "worktree", "prune"], check=True)
        subprocess.run(["git", "-C", ROOT, "worktree", "add", "--quiet", "--detach", tree, sha], check=True)
    print(f"== building {commit} ({sha[:12]})", file=sys.stderr, flush=True)
    env = {"CCACHE_BASEDIR": tree, "CCACHE_NOHASHDIR": "1"}   # the folders' names differ, what is compiled hardly does
    run(["cmake", "-S", tree, "-B", f"{tree}/build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DWARPTUNE_TESTS=OFF"],
        env)
    run(["cmake", "--build", f"{tree}/build", "--parallel", os.cpu_count(), "--target", "warptune"], env)
    return f"{tree}/build/warptune"


def measure(programs, flags, threads, folder, rounds):
    """[base, head] seconds of each round; which one goes first alternates."""
    seconds = ([], [])
    for i in range(rounds + 1):
        for which in (0, 1) if i % 2 == 0 else (1, 0):
            ran = run(command(programs[which], flags, threads, folder))
            if i > 0:   # the first round fills caches
                seconds[which].append(ran.seconds)
    return seconds


def interval(base, head):
    """Median of the rounds' ratios head / base, and its 95 % bootstrap interval (percentiles; Efron, 1979)."""
    logs = [math.log(h / b) for b, h in zip(base, head)]
    rng = random.Random(1)
    medians = sorted(statistics.median(rng.choices(logs, k=len(logs))) for _ in range(RESAMPLES))
    low, high = medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES) - 1]
    return math.exp(statistics.median(logs)), math.exp(low), math.exp(high)


def instruction_counter():
    """A function from a command to the instructions that it runs, and how it counts; None where nothing can count."""
    def perf(words):
        done = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", *map(str, words)], capture_output=True,
                              text=True)
        found = re.search(r"^(\d+),[^,]*,instructions", done.stderr, re.MULTILINE)
        return int(found.group(1)) if done.returncode == 0 and found else None

    def valgrind(words):
        done = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
                               *map(str, words)], capture_output=True, text=True)
        found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
        return int(found.group(1).replace(",", "")) if done.returncode == 0 and found else None

    if shutil.which("perf") and perf(["true"]) is not None:
        return perf, "perf stat"
    if shutil.which("valgrind") and valgrind(["true"]) is not None:
        return valgrind, "valgrind, which knows no AVX-512"
    return None


def count_instructions(programs, rows, folder):
    counter = instruction_counter()
    if counter is None:
        print("SKIPPED: instruction counts: perf counts none here, and there is no valgrind")
        return
    count, how = counter
    for name, (flags, threads) in rows.items():
        if threads == 1 and name != "forest-letter":   # which takes a minute to count
            base, head = (count(command(program, flags, threads, folder)) for program in programs)
            if base and head:
                print(f"{name:16} {base / 1e6:12.1f} {head / 1e6:12.1f}  {head / base:6.4f}  million instructions ({how})")
            else:
                print(f"SKIPPED: instruction counts of {name}: {how} failed")


def main(arguments):
    parser = argparse.ArgumentParser(prog="compare", description="Two commits on this machine, run in turn.")
    parser.add_argument("base")
    parser.add_argument("head")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", default=f"{ROOT}/build/compare")
    args = parser.parse_args(arguments)
    if args.rounds < 3:
        parser.error("--rounds: at least 3")
    os.makedirs(args.folder, exist_ok=True)
    try:
        rows = flags_of_rows(args.folder)
        unknown = [name for name in args.rows if name not in rows]
        if unknown:
            parser.error(f"unknown row {unknown[0]}, there are: {', '.join(rows)}")
        rows = {name: row for name, row in rows.items() if not args.rows or name in args.rows}
        programs = [build(commit, args.folder) for commit in (args.base, args.head)]
        slower = []
        print(f"{'row':16} {'base s':>12} {'head s':>12}  head / base, 95 % interval")
        for name, (flags, threads) in rows.items():
            rounds = args.rounds
            for attempt in range(2):
                base, head = measure(programs, flags, threads, args.folder, rounds)
                ratio, low, high = interval(base, head)
                worse = low > 1 + TOLERANCE
                mark = "  slower" if worse else "  faster" if high < 1 else ""
                print(f"{name:16} {statistics.median(base):12.4f} {statistics.median(head):12.4f}  {ratio:.4f}"
                      f"  [{low:.4f}, {high:.4f}]{mark}{', measured again' if attempt else ''}", flush=True)
                if not worse:
                    break
                rounds *= 2
            else:
                slower.append(name)
        count_instructions(programs, rows, args.folder)
    except Failure as why:
        print(f"FAILED: {why}", file=sys.stderr)
        return 1
    if slower:
        print(f"slower beyond the noise: {', '.join(slower)}")
    return 1 if slower else 0
