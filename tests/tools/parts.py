"""The parts of `./dev test`: what each builds and runs. A part is a function of a Setting that returns its steps, or why
it is skipped."""

import dataclasses
import functools
import json
import os
import pathlib
import shutil
import subprocess

import reports
from schedule import Step

BUILDS, TESTS = "builds", "tests"   # lanes: a build takes all cores, and tests that wait leave some of them


@dataclasses.dataclass
class Setting:
    root: pathlib.Path
    filter: str = ""          # of names of tests; empty: all of them
    everything: bool = False  # all parts: every target is built, or what nothing builds stops compiling
    ci: bool = dataclasses.field(default_factory=lambda: bool(os.environ.get("CI")))
    cores: int = dataclasses.field(default_factory=lambda: len(os.sched_getaffinity(0)))

    def folder(self, preset):
        return self.root / "build" / preset


# ---- steps -----------------------------------------------------------------------------------------------------------

def build(setting, preset, targets, *options, counts=False):
    """`./dev build`. It counts as a test only where nothing else is done with what it built."""
    def result_of(status):
        name = f"{preset} does not build"
        return reports.Result(passed=int(counts and status == 0), failures=[name] if status else [])
    command = ["nice", "./dev", "build", preset, *targets, *(("--", *options) if options else ())]
    return Step(f"build {preset}", command, BUILDS, result_of)


def ctest(setting, preset, label, *options, environment=None, lane=TESTS, name=None):
    """The entries of one label: programs and scripts."""
    report = setting.folder(preset) / f"ctest-{label}.xml"
    command = [*ctest_command(setting, preset, label), "--output-junit", str(report), *options]
    if setting.filter:
        command += ["--tests-regex", setting.filter, "--no-tests=ignore"]
    report.unlink(missing_ok=True)

    def result_of(status):
        result = reports.read(report) if report.exists() or not setting.filter else reports.Result()
        return with_status(result, status, label)
    return Step(name or label, command, lane, result_of, (f"build {preset}",), environment or {})


def pytests(setting, preset, label, name=None, environment=None, needs_build=True, files=()):
    """The pytest files of one label: an entry of ctest each, and with a filter one pytest for all of them. files: names of
    some of them; empty: all."""
    folder = setting.folder(preset) / "pytest"
    if setting.filter or label == "tools":
        report = folder / f"{label}.xml"
        command = [python(setting), "-m", "pytest", "-q", f"tests/{label}",
                   f"--junitxml={report}", *(("-k", setting.filter) if setting.filter else ())]
        start = ["sh", "-c", f'while read -r line; do export "$line"; done <build/{preset}/pytest.env; exec "$@"', "sh"]
        command = start + command if needs_build else command

        def result_of(status):   # 5: pytest found no test of that name
            return reports.Result() if status == 5 and setting.filter else with_status(reports.read(report), status, label)
    else:
        some = ["--tests-regex", rf"\.({'|'.join(files)})$"] if files else []
        command = ctest_command(setting, preset, label) + some

        def result_of(status):
            result = reports.Result()
            for entry in entries(setting, command):
                result.add(reports.read(folder / f"{entry}.xml"))
            return with_status(result, status, label)
    for old in folder.glob(f"{label}.*xml"):
        old.unlink()
    return Step(name or label, command, TESTS, result_of, (f"build {preset}",) if needs_build else (), environment or {})


def ctest_command(setting, preset, label):
    return ["ctest", "--preset", preset, "--label-regex", f"^{label}$", "--parallel", str(setting.cores)]


def entries(setting, command):
    """Names of ctest's entries. An entry without a report (no Python, a crash, a time-out) is a failure."""
    shown = subprocess.run([*command, "--show-only=json-v1"], cwd=setting.root, text=True, stdout=subprocess.PIPE,
                           check=False).stdout
    names = [test["name"] for test in json.loads(shown or '{"tests": []}')["tests"]]
    return names or [f"no test ran: {' '.join(command)}"]


def with_status(result, status, label):
    """What failed without a case of its own, such as a program that cannot be started, is a failure too."""
    if status and not result.failures:
        result.failures.append(f"{label}: ended with status {status}")
    return result


def python(setting):
    return os.environ.get("WARPTUNE_PYTHON") or str(setting.root / ".venv/bin/python")


# ---- parts -----------------------------------------------------------------------------------------------------------

PYTEST_TARGETS = ("warptune", "command_example", "recording_xgboost", "recording_lightgbm")


def release(setting, targets, step):
    """A part of the release build; the build itself is one step for all of them, see merge(). In CI, which begins with nothing, a
    folder's files are one unit; each by itself is compiled for cuda-lab."""
    together = ("-DCMAKE_UNITY_BUILD=ON",) if setting.ci else ()
    return [build(setting, "release", ("all", "bench_programs") if setting.everything else targets, *together), step]


def unit(setting):
    return release(setting, ("unit_tests",), ctest(setting, "release", "unit"))


def ops(setting):
    return release(setting, ("ops_tests",), ctest(setting, "release", "ops"))


def peers(setting):
    return release(setting, ("unit_tests",), ctest(setting, "release", "peers"))


def install(setting):
    return release(setting, ("all",), ctest(setting, "release", "install"))


def cli(setting):
    return release(setting, PYTEST_TARGETS, pytests(setting, "release", "cli"))


def quality(setting):
    return release(setting, PYTEST_TARGETS, pytests(setting, "release", "quality"))


def readme(setting):
    return release(setting, PYTEST_TARGETS, pytests(setting, "release", "readme"))


def tools(setting):
    return [pytests(setting, "release", "tools", needs_build=False)]


def lint(setting):
    """All of it is one test. Beside all other parts it leaves out clang's analyser, which takes as long as they do."""
    def result_of(status):
        return reports.Result(passed=int(status == 0), failures=["./dev lint"] if status else [])
    return [Step("lint", ["nice", "./dev", "lint", *(["--quick"] if setting.everything else [])], BUILDS, result_of)]


def tsan(setting):
    """The kernels with four lanes per block, and everything that starts threads."""
    environment = {"TSAN_OPTIONS": f"halt_on_error=1 {os.environ.get('TSAN_OPTIONS', '')}"}
    return [build(setting, "tsan", ("unit_tests", "ops_tests")),
            *(ctest(setting, "tsan", label, environment=environment, name=f"tsan {label}") for label in ("unit", "ops"))]


# What reads, plans, calls libraries, starts workers and writes; not what trains for minutes or waits.
ASAN_CLI_BESIDE_ALL = ("bad_input", "data", "values", "results", "sharing", "forest_meaning", "trainer_calls", "xgboost_calls",
                       "lightgbm_calls", "worker_folds")


def asan(setting):
    """AddressSanitizer and UndefinedBehaviorSanitizer over unit, ops and the command line: beside all other parts over some
    of its files."""
    # Leaks are looked for in unit and ops: at the end of a process with threads clang 14's search for them crashes now and then.
    environment = {"ASAN_OPTIONS": f"detect_leaks=0 {os.environ.get('ASAN_OPTIONS', '')}"}
    return [build_asan(setting), *(ctest(setting, "asan", label, name=f"asan {label}") for label in ("unit", "ops")),
            pytests(setting, "asan", "cli", name="asan cli", environment=environment,
                    files=ASAN_CLI_BESIDE_ALL if setting.everything else ())]


def fuzz(setting):
    return [build_asan(setting),
            ctest(setting, "asan", "fuzz", "--parallel", "8")]   # they run for a time, not to an end: beside each other


def build_asan(setting):
    return build(setting, "asan", (), f"-DWARPTUNE_FUZZ_SECONDS={60 if setting.ci else 5}")


def gpulab(setting):
    """CUDA without a GPU: the ops tests and tests/gpulab under gpulab."""
    folder = os.environ.get("WARPTUNE_GPULAB")
    if not folder:
        return "gpulab: WARPTUNE_GPULAB does not name gpulab's folder"
    if not has_nvcc():
        return "gpulab: there is no nvcc"
    environment = {"GPULAB_LIBRARY": str(setting.root / "build/gpulab/libgpulab.so")}
    lab = Step("build gpulab", [f"{folder}/build.sh", str(setting.root / "build/gpulab")], BUILDS,
               functools.partial(with_status, reports.Result(), label="build gpulab"))
    cuda_lab = build(setting, "cuda-lab", ("warptune", "ops_tests", "gpu_memory"), f"-DWARPTUNE_GPULAB={folder}")
    return [lab, dataclasses.replace(cuda_lab, after=("build gpulab",)),
            ctest(setting, "cuda-lab", "ops", name="gpulab ops", environment=environment),
            pytests(setting, "cuda-lab", "gpulab", environment=environment), gpu_check(setting, environment)]


def gpu_check(setting, environment):
    """`./dev gpu-check` as far as it applies under gpulab and is quick, so that it works where there is a GPU at last."""
    def result_of(status):
        return reports.Result(passed=int(status == 0), failures=["./dev gpu-check"] if status else [])
    steps = ["machine_facts", "same_bytes", "stops", "full", "all_gpus", "little_memory"]
    return Step("gpu-check", [python(setting), "bench/gpu_check.py", *steps], TESTS, result_of, ("build cuda-lab",), environment)


def cuda(setting):
    """Every architecture that CUDA supports, with spills as errors; minutes, so only where it is asked for."""
    if not has_nvcc():
        return "cuda: the build for all GPUs, there is no nvcc"
    if setting.everything and not setting.ci:
        return "cuda: the build for all GPUs, which runs where CI is set, and as ./dev test cuda"
    return [build(setting, "cuda", ("warptune",), counts=True)]


def gpu(setting):
    """The same tests on a real GPU."""
    if not has_nvcc() or not has_gpu():
        return "gpu: tests on a GPU, there is none here"
    return [build(setting, "cuda-native", ()), ctest(setting, "cuda-native", "ops", name="gpu ops"),
            *(pytests(setting, "cuda-native", label, name=f"gpu {label}") for label in ("cli", "gpulab"))]


def has_nvcc():
    home = pathlib.Path(os.environ.get("CUDA_HOME", "/usr/local/cuda"))
    return bool(shutil.which("nvcc")) or os.access(home / "bin/nvcc", os.X_OK)


def has_gpu():
    try:
        return bool(subprocess.run(["nvidia-smi", "--list-gpus"], capture_output=True, text=True, check=False).stdout.strip())
    except OSError:
        return False


# In the order in which their steps start.
PARTS = {part.__name__: part for part in (
    tools, unit, ops, peers, install, cli, quality, readme, asan, fuzz, tsan, gpulab, cuda, gpu, lint)}


def steps_of(setting, names):
    """Returns the steps of the parts and why parts are skipped. Steps of one name are one, with all their targets."""
    steps, skips = {}, []
    for name in names:
        part = PARTS[name](setting)
        if isinstance(part, str):
            skips.append(part)
            continue
        for step in part:
            steps[step.name] = merge(steps[step.name], step) if step.name in steps else step
    return list(steps.values()), skips


def merge(step, other):
    """Two builds of one preset: the targets of both."""
    more = [word for word in other.command if word not in step.command]
    at = step.command.index("--") if "--" in step.command else len(step.command)   # cmake's options follow
    return dataclasses.replace(step, command=step.command[:at] + more + step.command[at:])
