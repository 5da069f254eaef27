"""--device auto on machines whose GPUs are not worth it, absent, busy, full, forbidden or too old: it goes on with what can be used and
says why. --device cuda on the same machines is an error."""

import json
import re
import subprocess

import pytest

# The estimate counts all training rows of a tree: with a few draws each these are worth a GPU by it, and soon done in the
# interpreter.
WORTH_IT = ["--param", "n_estimators=4500", "--param", "max_samples=8", "--param", "max_features=all", "--trials", 1, "--seed", 1,
            "--threads", 1]
SMALL = ["--param", "n_estimators=int(1,4)", "--param", "max_depth=int(1,5)", "--trials", 5]


@pytest.fixture
def run(lab, table, refusing):
    """Runs a study with refused GPUs: refuse={"BUSY": "0"}."""
    def run(*flags, device="auto", devices=1, refuse=None, options=()):
        settings = [f"{refusing}:$LD_PRELOAD", *(f"REFUSE_{name}={value}" for name, value in (refuse or {}).items())]
        start = " ".join(["LD_PRELOAD=" + settings[0], *settings[1:], 'exec "$@"'])
        flags = ["run", *table("pima"), *flags, "--device", device, "--results", "cuda.csv"]
        command = [f"{lab.gpulab}/gpulab", "--quiet", "--devices", devices, "--report", "report.json", *options, "--",
                   "sh", "-c", start, "sh", lab.program, *flags]
        (lab.folder / "report.json").unlink(missing_ok=True)
        return subprocess.run([str(word) for word in command], cwd=lab.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120)
    return run


@pytest.fixture
def check(lab, table):
    """A run gave the CPU's bytes, on the devices that launched something."""
    def check(done, flags, note, devices):
        assert done.returncode == 0, done.stderr
        assert re.search(f"^warptune: {note}", done.stderr, re.M), done.stderr
        assert lab.results() == lab.cpu(*table("pima"), *flags)
        launched = json.loads((lab.folder / "report.json").read_text()).get("launches_per_stream", {})
        assert {name.split(" stream")[0] for name in launched} == {f"device {number}" for number in devices}
    return check


def test_little_work_runs_on_the_cpu(run, check):
    check(run(*SMALL), SMALL, r"running on the CPU: about 0.01 s on \d+ threads?, a GPU takes 0.3 s to start\n", [])


def test_work_that_is_worth_it_runs_on_one_gpu(run, check):
    check(run(*WORTH_IT, devices=2), WORTH_IT, r"running on 1 GPU: .*; about [\d.]+ s on a GPU, start included, [\d.]+ s on 1 thread\n", [0])


def test_no_gpu(run, check):
    check(run(*WORTH_IT, devices=0), WORTH_IT, r"running on the CPU: no usable GPU: no CUDA-capable device", [])


@pytest.mark.parametrize("refuse, why", [
    ({"BUSY": "0"}, r"cuda:0: it is busy: CUDA-capable device\(s\) is/are busy or unavailable"),
    ({"BUSY": "0", "MODE": "0:3"}, r"cuda:0: another process has it to itself \(compute mode exclusive, .*\)"),
    ({"MODE": "0:2"}, r"cuda:0: its compute mode is prohibited \(.*\)"),
    ({"OLD": "0"}, r"cuda:0: it is too old: compute capability 7.0, warptune needs 7.5"),
], ids=["busy", "exclusive", "prohibited", "old"])
def test_a_gpu_that_cannot_be_used(run, check, refuse, why):
    check(run(*WORTH_IT, refuse=refuse), WORTH_IT, rf"running on the CPU: no usable GPU: {why}\n", [])
    done = run(*SMALL, refuse=refuse, device="cuda")
    assert done.returncode == 3 and re.search(rf"^warptune: {why}\n  hint: use another device, or --device cpu", done.stderr, re.M), done.stderr
    assert run(*SMALL, refuse=refuse, device="cuda:0", devices=2).returncode == 3
    done = run(*SMALL, refuse=refuse, device="cuda", devices=2)
    assert done.returncode == 0 and re.search(rf"running on 1 GPU: .*; not used: {why}\n", done.stderr), done.stderr


def test_another_gpu_is_taken(run, check):
    check(run(*WORTH_IT, refuse={"BUSY": "0"}, devices=2), WORTH_IT, r"running on 1 GPU: .*; about .*; not used: cuda:0: it is busy: .*\n", [1])


def test_a_full_gpu(run, check):
    flags = [*WORTH_IT, "--memory", "9K"]
    check(run(*flags, devices=2), flags, r"running on the CPU: no usable GPU: cuda:0: the dataset takes \d+ bytes .*; cuda:1: the dataset", [])
    check(run(*WORTH_IT, options=["--memory", "16K"]), WORTH_IT, r"running on the CPU: no usable GPU: cuda:0: ", [])


def test_the_reason_is_part_of_the_plan(run):
    done = run(*WORTH_IT, "--dry-run")
    assert re.search(r"^device +cuda:0 \(stream 0\)\n +because +about .* on a GPU, start included, .* on 1 thread$", done.stdout, re.M)
    done = run(*SMALL, "--dry-run")
    assert re.search(r"^device +cpu \(.*\)\n +because +about 0.01 s on .*, a GPU takes 0.3 s to start$", done.stdout, re.M)


def test_devices_says_which_cannot_be_used(lab, refusing):
    done = subprocess.run([f"{lab.gpulab}/gpulab", "--quiet", "--devices", "2", "--", "sh", "-c",
                           f'REFUSE_BUSY=1 LD_PRELOAD={refusing}:$LD_PRELOAD exec "$@"', "sh", lab.program, "devices"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^cuda:0  gpulab", done.stdout, re.M) and not re.search(r"^cuda:1", done.stdout, re.M), done.stdout
    assert re.search(r"^not usable: cuda:1: it is busy: .* \(gpulab .*\)$", done.stdout, re.M), done.stdout
