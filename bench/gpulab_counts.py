"""The blog's grid on CUDA under gpulab: counted, and its time on four cards modelled; nothing is timed. Needs WARPTUNE_GPULAB (gpulab's folder) and WARPTUNE_BENCH_CUDA
(a program of the preset cuda-lab); `./dev bench` sets the latter where there is nvcc."""
import hashlib
import json
import os
import re

from measure import Failure, run
from rows import Bar, Fact, Skip, blog_search

SMALL = "int(50,99)"   # a ninth of the grid, a tenth of its trees
# ms of growing and scoring the whole grid, by gpulab's `latency`: an estimate, +-2x, that was never compared with a real card.
MODELLED = {"h100": 2, "a100": 4, "rtx4090": 3, "t4": 14}


def modelled(bench, folder, program, flags, gpu):
    """[kernel] modelled ms. The program must hold PTX for compute_75."""
    ran = run([os.path.join(folder, "latency"), "--gpu", gpu, "--top", "0", "--quiet", "--", program, "run", *flags, "--device",
               "cuda", "--quiet", "--results", f"{bench.folder}/gpulab_results.csv"])
    times = {name: float(ms) for name, ms in re.findall(r"^(?:\S*::)?(\w+): ([0-9.]+) ms$", ran.stderr, re.M)}
    if "DOES NOT FIT" in ran.stderr or not {"grow_kernel", "score_kernel"} <= set(times):
        raise Failure(f"latency says nothing of growing and scoring:\n{ran.stderr[-2000:]}")
    return times


def modelled_facts(bench, folder, program, flags, work):
    facts = []
    for gpu, most in MODELLED.items() if bench.full else [("h100", None)]:
        times = modelled(bench, folder, program, flags, gpu)
        grow, score = times["grow_kernel"], times["score_kernel"]
        facts.append(Fact(work, f"modelled time on {gpu}, growing and scoring", grow + score, "ms",
                          Bar(most=most) if bench.full else None, f"estimate, +-2x: growing {grow:.2f}, scoring {score:.2f}"))
    return facts


def count(bench):
    folder, program = os.environ.get("WARPTUNE_GPULAB"), os.environ.get("WARPTUNE_BENCH_CUDA")
    if not folder:
        raise Skip("WARPTUNE_GPULAB does not name gpulab's folder")
    if not program:
        raise Skip("WARPTUNE_BENCH_CUDA does not name a program built by the preset cuda-lab (is there nvcc?)")
    report, stats, results = (f"{bench.folder}/gpulab_{name}" for name in ("report.json", "stats.json", "results.csv"))
    flags = blog_search("--sampler", "grid", **({} if bench.full else {"n_estimators": SMALL}))
    run([os.path.join(folder, "gpulab"), "--quiet", "--report", report, "--", program, "run", *flags, "--device", "cuda",
         "--quiet", "--stats", stats, "--results", results])
    expected = bench.warptune.search(flags, 2)
    with open(results, "rb") as f:
        if hashlib.sha256(f.read()).hexdigest() != expected.results:
            raise Failure("CUDA under gpulab gives other results than the CPU, no count counts")
    with open(report) as f:
        kernels = json.load(f)["kernels"]
    with open(stats) as f:
        counters = json.load(f)
    grow = next(k for k in kernels if "grow_kernel" in k["name"])
    work = "blog, grid of 7,200, CUDA" if bench.full else f"blog, grid of n_estimators={SMALL}, CUDA"
    model = sum(k["MODEL"]["lower_bound_us"] for k in kernels) / 1000
    facts = [
        Fact(work, "kernel launches", sum(k["counters"]["launches"] for k in kernels), "", Bar(most=30)),
        Fact(work, "uploads of the dataset", counters["uploads"], "", Bar(least=1, most=1)),
        Fact(work, "lanes active in training", grow["derived"]["lane_efficiency_percent"], "%", Bar(least=70)),
        Fact(work, "shared-memory wavefronts per atomic, training", grow["derived"]["shared_atomic_wavefronts_per_request"],
             "", Bar(most=2), "over all shared atomics of the training kernel"),
        # 132 multiprocessors share the work, so a part of the grid tells little about the whole.
        Fact(work, "gpulab's model of an H100, all kernels", model, "ms", Bar(most=1) if bench.full else None,
             "a lower bound from counters, not a measurement" + ("" if bench.full else "; the bar is of the whole grid (--full)")),
    ]
    for k in kernels:
        ours = re.search(r"\w+_kernel", k["name"])   # else a library's
        name = ours.group() if ours else k["name"].split("(anonymous namespace)::")[-1].split("(")[0]
        facts.append(Fact(work, f"model, {name}", k["MODEL"]["lower_bound_us"] / 1000, "ms", None,
                          f"bound by {k['MODEL']['bound_by']}, {k['counters']['warp_instructions']:,} warp instructions"))
    return facts + modelled_facts(bench, folder, program, flags, work)
