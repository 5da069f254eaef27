#!/usr/bin/env python3
"""The first ten minutes on a GPU: all that no interpreter can tell, in one file to send. `./dev gpu-check` calls it.

usage: gpu_check.py [--out FILE] [--exclusive] [STEP...]

Where $WARPTUNE_GPULAB names gpulab's folder and there is no GPU, it runs under gpulab, with what applies there. Exit code 1: a step
failed. The file has a table of the steps, then what each of them wrote.
"""
import argparse
import datetime
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
LONGEST_SECONDS = 1200   # of one command


class Failed(Exception):
    """A step that did not come out as it must; shown as it is."""


class Skipped(Exception):
    """A step that says nothing here, and why."""


def output(command, **options):
    """What a command wrote, whatever its exit code is."""
    try:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, timeout=LONGEST_SECONDS, errors="replace", check=False, **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return done.returncode, done.stdout


def passed(command, **options):
    code, text = output(command, **options)
    if code != 0:
        raise Failed(f"exit code {code} of: {' '.join(map(str, command))}\n{text[-4000:]}")
    return text


def tool(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/local/cuda/bin:/opt/nvidia/nsight-compute:/opt/nvidia/nsight-systems/bin")
    if not found:
        raise Skipped(f"{name} is not installed")
    return found


class Machine:
    """The program on this machine's GPUs, or under gpulab."""

    def __init__(self, folder, exclusive):
        self.folder, self.exclusive = folder, exclusive
        self.has_gpu = "GPU 0" in output(["nvidia-smi", "-L"])[1]
        self.lab = None if self.has_gpu else os.environ.get("WARPTUNE_GPULAB")
        if not self.has_gpu and not self.lab:
            sys.exit("gpu-check: nvidia-smi lists no GPU (in a container, start it with --gpus all)")
        self.preset = "cuda-native" if self.has_gpu else "cuda-lab"
        self.program = ROOT / "build" / self.preset / "warptune"
        if self.lab:
            os.environ.setdefault("GPULAB_LIBRARY", str(ROOT / "build/gpulab/libgpulab.so"))

    def command(self, *words, lab=()):
        start = [f"{self.lab}/gpulab", "--quiet", *lab, "--"] if self.lab else []
        return [str(word) for word in (*start, self.program, *words)]

    def study(self, flags, device, lab=(), results=None):
        """Runs a study; gives (seconds, what it wrote on standard error)."""
        start = time.perf_counter()
        text = passed(self.command("run", *flags, "--device", device, "--results", results or self.folder / f"{device}.csv", "--top", 0,
                                   lab=lab))
        return time.perf_counter() - start, text

    def same(self, name, flags, lab=()):
        """A study on the CPU and on the GPUs: the same bytes, and how long each took, the second time."""
        def timed(device):
            times = [self.study(flags, device, lab)[0] for _ in range(2 if self.has_gpu else 1)]
            return times[-1], (self.folder / f"{device}.csv").read_bytes()
        (cpu, expected), (cuda, found) = timed("cpu"), timed("cuda")
        if found != expected:
            raise Failed(f"{name}: CUDA gives other bytes than the CPU: {' '.join(map(str, flags))}")
        return f"{name}: same bytes; whole process on the CPU {cpu:.2f} s, on CUDA {cuda:.2f} s"


BLOG = ["--data", DATA / "blog.csv", "--target", "target", "--seed", 1]
PIMA = ["--data", DATA / "pima.csv", "--target", "diabetes", "--seed", 1]
SMALL = [*PIMA, "--param", "n_estimators=int(1,4)", "--param", "max_depth=int(1,5)", "--param", "max_features=choice(1,2,sqrt)", "--trials", 12]
BLOG_GRID = [*BLOG, "--param", "n_estimators=int(50,499)", "--param", "max_depth=int(2,9)", "--param", "criterion=choice(gini,entropy)",
             "--sampler", "grid"]


def million(machine):
    """1,000,000 x 28, made once."""
    path = ROOT / "build/gpu-check/million.csv"
    passed([sys.executable, ROOT / "bench/csv_pandas.py", "make", path])
    return ["--data", path, "--target", "target", "--seed", 1]


# ---- steps: each gives what it found, as text ------------------------------------------------------------------------


def machine_facts(machine):
    """Cards, driver, modes, container."""
    asked = "index,name,driver_version,compute_mode,persistence_mode,mig.mode.current,ecc.mode.current,memory.total,memory.free,clocks.max.sm"
    commands = [["nvidia-smi"], ["nvidia-smi", f"--query-gpu={asked}", "--format=csv"], ["nvidia-smi", "topo", "-m"]] if machine.has_gpu else []
    commands += [["uname", "-sr"], ["nproc"], ["git", "-C", ROOT, "log", "-1", "--format=%H %cd"], machine.command("devices")]
    text = "".join(f"$ {' '.join(map(str, command))}\n{output(command)[1]}\n" for command in commands)
    wsl = "microsoft" in pathlib.Path("/proc/version").read_text().lower()
    container = any(pathlib.Path(path).exists() for path in ("/.dockerenv", "/run/.containerenv"))
    return text + f"WSL: {'yes' if wsl else 'no'}, container: {'yes' if container else 'no'}, MPS: {os.environ.get('CUDA_MPS_PIPE_DIRECTORY', 'no')}"


def build(machine):
    """The program and its tests for this card."""
    return passed([ROOT / "dev", "build", machine.preset, *(["warptune", "ops_tests"] if machine.lab else [])], cwd=ROOT)[-2000:]


def same_bytes(machine):
    """The CPU's bytes: all of tests/ops and tests/gpulab, with the large tables whole; under gpulab, where CI runs those, one study."""
    if machine.lab:
        return machine.same("two classes", SMALL, lab=["--check", "memory,races", "--strict"])
    environment = {**os.environ, "WARPTUNE_PROGRAM": str(machine.program), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("WARPTUNE_GPULAB", None)
    text = passed(["ctest", "--preset", machine.preset, "-L", "^ops$", "-j", "4"], cwd=ROOT)[-1500:]
    return text + passed([sys.executable, "-m", "pytest", "-q", "-rs", ROOT / "tests/gpulab", "--full"], cwd=ROOT, env=environment)[-3000:]


def sanitizer(machine):
    """compute-sanitizer over a small study; it runs the program a hundred times slower."""
    if machine.lab:
        raise Skipped("under gpulab same_bytes looks for races and bad accesses")
    program, texts = tool("compute-sanitizer"), []
    for kind in ("memcheck", "racecheck", "synccheck", "initcheck"):
        texts.append(passed([program, "--tool", kind, "--error-exitcode", 86, *machine.command(
            "run", *SMALL, "--device", "cuda", "--top", 0)])[-800:])
    return "\n".join(texts)


def timeline(machine):
    """nsys: launches, copies, gaps and overlap of the blog's grid."""
    if machine.lab:
        raise Skipped("needs a GPU")
    nsys, report = tool("nsys"), machine.folder / "timeline"
    passed([nsys, "profile", "-o", report, "--force-overwrite", "true", *machine.command("run", *BLOG_GRID, "--device", "cuda", "--top", 0)])
    return passed([nsys, "stats", "--report", "cuda_gpu_kern_sum,cuda_api_sum,cuda_gpu_mem_time_sum,cuda_gpu_trace", f"{report}.nsys-rep"])[-12000:]


def kernels(machine):
    """ncu: blocks per multiprocessor, issue utilisation, stalls; under gpulab what its latency model says of them."""
    if machine.lab:
        return passed([f"{machine.lab}/latency", "--gpu", "h100", "--top", "3", "--", machine.program, "run", *SMALL, "--device", "cuda",
                       "--top", 0])[-4000:]
    ncu = tool("ncu")
    return passed([ncu, "--launch-count", "6", "--section", "LaunchStats", "--section", "Occupancy", "--section", "SpeedOfLight", "--section",
                   "SchedulerStats", "--section", "WarpStateStats", *machine.command("run", *BLOG_GRID, "--device", "cuda", "--top", 0)])[-16000:]


def interrupted(machine, flags, how):
    """Ends a study while it works; gives the seconds that took."""
    journal = machine.folder / "interrupted.log"
    journal.unlink(missing_ok=True)
    limit = ["--time-limit", "3s"] if how == "time limit" else []
    process = subprocess.Popen(machine.command("run", *flags, "--device", "cuda", "--journal", journal, *limit), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))   # a shell's & ignores it
    try:
        while process.poll() is None and not journal.exists():
            time.sleep(0.01)
        time.sleep(3)
        asked = time.perf_counter()
        if how == "Ctrl-C" and process.poll() is None:
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    seconds = time.perf_counter() - asked
    if process.returncode == 0 and how == "Ctrl-C":
        return f"{how}: the study had ended before, this card is too fast for it"
    if ("interrupted after" if how == "Ctrl-C" else "the time limit ended") not in errors:
        raise Failed(f"{how}: exit code {process.returncode}\n{errors}")
    if machine.has_gpu and seconds > 2:
        raise Failed(f"{how}: the study ended only {seconds:.1f} s later\n{errors}")
    return f"{how}: ended {seconds:.2f} s later, exit code {process.returncode}"


def stops(machine):
    """Ctrl-C and the time limit inside one long fit; under gpulab, which is long over the trees that are begun, Ctrl-C."""
    table = BLOG if machine.lab else million(machine)
    flags = [*table, "--param", f"n_estimators={20000 if machine.lab else 100000}", "--param", "max_depth=none", "--trials", 1]
    return "\n".join(interrupted(machine, flags, how) for how in (("Ctrl-C",) if machine.lab else ("Ctrl-C", "time limit")))


HOLD = """#include <cstdio>
#include <unistd.h>
int main() {   // takes the first GPU's memory, 16 MB at a time, and keeps it until it is killed
  void* held = nullptr;
  int pieces = 0;
  while (cudaMalloc(&held, 16 << 20) == cudaSuccess) ++pieces;
  printf("%d\\n", pieces);
  fflush(stdout);
  pause();
}
"""


def auto_and_cuda(machine, flags):
    """What --device auto and cuda do now."""
    texts = []
    for device in ("auto", "cuda"):
        code, text = output(machine.command("run", *flags, "--device", device, "--top", 0))
        if device == "auto" and code != 0:
            raise Failed(f"--device auto ends with {code}:\n{text}")
        texts.append(f"--device {device}: exit code {code}\n{text}")
    return "".join(texts)


def beside(holder, machine, flags):
    """The same while the holder of the GPU's memory runs."""
    with subprocess.Popen([holder], stdout=subprocess.PIPE, text=True) as process:
        try:
            if int(process.stdout.readline()) == 0:
                raise Failed("another process could not take the GPU's memory")
            return auto_and_cuda(machine, flags)
        finally:
            process.kill()


def full(machine):
    """Another process has nearly all memory of the first GPU; with --exclusive it then has the GPU to itself."""
    if machine.lab:
        done = output(machine.command("run", *SMALL, "--device", "cuda", "--top", 0, lab=["--memory", "16K"]))
        if done[0] != 3:
            raise Failed(f"a GPU of 16 KB is no error: {done}")
        return done[1]
    source, program = machine.folder / "hold.cu", machine.folder / "hold"
    source.write_text(HOLD)
    passed([tool("nvcc"), "-o", program, source])
    flags = [*million(machine), "--param", "n_estimators=30", "--param", "max_depth=12", "--trials", 1, "--threads", 1]   # worth a GPU
    text = "full:\n" + beside(program, machine, flags)
    if not machine.exclusive:
        return text + "an exclusive GPU was not tried: that changes the GPU's mode, as root with --exclusive"
    passed(["nvidia-smi", "-i", "0", "-c", "EXCLUSIVE_PROCESS"])
    try:
        return text + "exclusive, and another process has it:\n" + beside(program, machine, flags)
    finally:
        passed(["nvidia-smi", "-i", "0", "-c", "DEFAULT"])


def all_gpus(machine):
    """One study on all of them, three streams each."""
    return machine.same("all GPUs", [*SMALL, "--streams", 3, "--folds", 3], lab=["--devices", "2"])


def little_memory(machine):
    """64 MB of a GPU's memory."""
    return machine.same("64 MB", [*SMALL, "--memory", "64M"])


def trainers(machine):
    """XGBoost's and LightGBM's tests on a GPU."""
    if machine.lab:
        raise Skipped("needs a GPU")
    listed = passed([sys.executable, "-m", "pytest", "-q", "-rs", "-k", "gpu or device", ROOT / "tests/cli/test_xgboost.py",
                     ROOT / "tests/cli/test_lightgbm.py"], cwd=ROOT, env={**os.environ, "WARPTUNE_PROGRAM": str(machine.program)})
    return listed[-2000:]


def times(machine):
    """Whole processes beside the CPU's."""
    if machine.lab:
        raise Skipped("the interpreter's times say nothing of a GPU's")
    large = million(machine)
    studies = {"the blog's grid of 7,200": BLOG_GRID,
               "blog, 300 trees, no depth limit": [*BLOG, "--param", "n_estimators=300", "--param", "max_depth=none", "--trials", 1],
               "1,000,000 x 28, 100 trees, depth 10": [*large, "--param", "n_estimators=100", "--param", "max_depth=10", "--trials", 1],
               "1,000,000 x 28, 20 forests": [*large, "--param", "n_estimators=100", "--param", "max_features=int(1,20)", "--param",
                                              "max_depth=10", "--sampler", "grid"]}
    return "\n".join(machine.same(name, flags) for name, flags in studies.items())


STEPS = {step.__name__: step for step in (machine_facts, build, same_bytes, sanitizer, timeline, kernels, stops, full, all_gpus,
                                           little_memory, trainers, times)}


def run_step(step, machine):
    """(what came of it, seconds, text)"""
    start = time.perf_counter()
    try:
        came, text = "passed", step(machine)
    except Skipped as why:
        came, text = "skipped", str(why)
    except Failed as why:
        came, text = "FAILED", str(why)
    return came, time.perf_counter() - start, text


def modelled():
    """What docs/gpu.md has of the model's estimates, to stand beside what is measured."""
    return re.search(r"^## Modelled\n\n(.*?)\n\n## ", (ROOT / "docs/gpu.md").read_text(), re.M | re.S)[1]


def report(card, results):
    lines = [f"# warptune on {card}", "", f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, `./dev gpu-check`", "",
             "| step | what | came to | s |", "|---|---|---|---|"]
    lines += [f"| {name} | {STEPS[name].__doc__.splitlines()[0]} | {came} | {seconds:.0f} |" for name, (came, seconds, _) in results.items()]
    lines += ["", "## modelled", "", modelled()]
    for name, (_, _, text) in results.items():
        lines += ["", f"## {name}", "", "````", text.rstrip(), "````"]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(prog="./dev gpu-check", description="Steps: " + ", ".join(STEPS))
    parser.add_argument("steps", nargs="*", metavar="STEP", help="default: all")
    parser.add_argument("--out", type=pathlib.Path, help="default: build/gpu-check/CARD.md")
    parser.add_argument("--exclusive", action="store_true", help="as root: tries a GPU in exclusive mode too, and sets it back to default")
    given = parser.parse_args()
    if unknown := [name for name in given.steps if name not in STEPS]:
        parser.error(f"no step {unknown[0]}, there are {', '.join(STEPS)}")
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(pathlib.Path(folder), given.exclusive)
        listed = output(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"])[1].splitlines() if machine.has_gpu else []
        card = f"{len(listed)} x {listed[0]}" if len(listed) > 1 else listed[0] if listed else "gpulab (no GPU)"
        results = {}
        for name in given.steps or STEPS:
            results[name] = run_step(STEPS[name], machine)
            came, seconds, text = results[name]
            print(f"{name}: {came}, {seconds:.0f} s{': ' + text.splitlines()[0] if came != 'passed' and text else ''}", flush=True)
    out = given.out or ROOT / "build/gpu-check" / (re.sub(r"[^A-Za-z0-9]+", "-", card).strip("-").lower() + ".md")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(report(card, results))
    print(f"all of it is in {out}; please send that file, or put it into bench/gpu/")
    return int(any(came == "FAILED" for came, _, _ in results.values()))


if __name__ == "__main__":
    sys.exit(main())
