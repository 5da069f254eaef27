"""Runs a program once and says what it took: seconds, peak memory, output. Standard library only, so that this process
stays small: a child inherits its parent's peak at exec."""
import dataclasses
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time

MEMORY_SAMPLE_SECONDS = 0.02


class Failure(Exception):
    """A command that did not do what the bench needs; shown as it is."""


@dataclasses.dataclass
class Run:
    seconds: float   # from the start of the process to its end
    peak_bytes: int   # resident memory: the process, or with `tree` the sum over it and its children
    stdout: str
    stderr: str = ""


def _high_water_marks(pid, marks):
    """Notes VmHWM of a process and its children, by process id, in bytes."""
    try:
        with open(f"/proc/{pid}/status") as f:
            for line in f:
                if line.startswith("VmHWM:"):
                    marks[pid] = int(line.split()[1]) * 1024
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as f:
                for child in f.read().split():
                    _high_water_marks(int(child), marks)
    except OSError:   # ended meanwhile, or a kernel without the list of children
        pass


def run(command, env=None, core=None, tree=False):
    """core: the only core it may use; tree: also watch the memory of its children."""
    if core is not None:
        command = ["taskset", "-c", str(core), *command]
    command = [str(word) for word in command]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   env={**os.environ, **(env or {})})
        marks, ended = {}, threading.Event()

        def watch():
            while not ended.wait(MEMORY_SAMPLE_SECONDS):
                _high_water_marks(process.pid, marks)

        watcher = threading.Thread(target=watch) if tree else None
        if watcher:
            watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        if watcher:
            watcher.join()
        out.seek(0)
        err.seek(0)
        stdout, stderr = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    if process.returncode != 0:
        raise Failure(f"exit code {process.returncode} of: {' '.join(command)}\n{stderr[-2000:]}")
    return Run(seconds, max(usage.ru_maxrss * 1024, sum(marks.values())), stdout, stderr)


@dataclasses.dataclass
class Search:
    """One run of `warptune run`."""
    seconds: float
    peak_bytes: int
    stats: dict   # of --stats
    results: str   # sha256 of the results file
    best_score: float

    def stage(self, *names):
        return sum(self.stats["seconds"].get(name, 0.0) for name in names)


class Warptune:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self._references = {}

    def search(self, flags, threads, env=None, tree=False, journal=False, extension="csv"):
        results, stats = f"{self.folder}/results.{extension}", f"{self.folder}/stats.json"
        files = ["--results", results, "--stats", stats]
        if journal:
            files += ["--journal", f"{self.folder}/journal.log"]
        for path in files[1::2]:
            if os.path.exists(path):
                os.remove(path)
        ran = run([self.program, "run", *flags, "--device", "cpu", "--threads", threads, "--quiet", *files], env,
                  tree=tree)
        with open(results, "rb") as f:
            content = f.read()
        with open(stats) as f:
            counters = json.load(f)
        best = content.split(b"\n", 2)[1].split(b",", 3)[2]
        return Search(ran.seconds, ran.peak_bytes, counters, hashlib.sha256(content).hexdigest(), float(best))

    def checked(self, flags, threads, **how):
        """A timed run that counts only if its results file has the bytes of another number of threads."""
        key = json.dumps(flags)
        if key not in self._references:
            self._references[key] = self.search(flags, 2 if threads == 1 else 1).results
        ran = self.search(flags, threads, **how)
        if ran.results != self._references[key]:
            raise Failure(f"the results depend on how they were computed, no time counts: {' '.join(flags)}")
        return ran


def summary(seconds):
    return {"median": statistics.median(seconds), "min": min(seconds), "all": seconds}


def _first_line(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[0].strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def machine(program):
    cpu = "unknown"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as f:
        memory = int(f.readline().split()[1]) * 1024
    changed = _first_line(["git", "status", "--porcelain", "--untracked-files=no"])
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": memory,
        "load_at_start": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release()}",
        "compiler": _first_line(["c++", "--version"]),
        "python": platform.python_version(),
        "warptune": _first_line([program, "--version"]),
        "commit": _first_line(["git", "rev-parse", "HEAD"]) + (", with changes" if changed else ""),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def peer(*arguments, tree=False):
    """One line of JSON from peers.py, in a process of its own; with the process's peak memory and its seconds."""
    ran = run([sys.executable, os.path.join(os.path.dirname(__file__), "peers.py"), *arguments], tree=tree)
    answer = json.loads(ran.stdout.strip().split("\n")[-1])
    answer |= {"peak_bytes": ran.peak_bytes, "process_seconds": ran.seconds}
    return answer
