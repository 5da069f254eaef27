"""The CUDA program as a process: under gpulab where WARPTUNE_GPULAB names its folder, else on this machine's GPUs.

$WARPTUNE_PROGRAM names a program built with CUDA (ctest sets it). gpulab adds what no GPU can: several devices, other
orders of blocks and streams, race checks, injected failures, counters.
"""

import json
import os
import pathlib
import random
import subprocess

import pytest

DATA = pathlib.Path(__file__).resolve().parents[2] / "data"
COLOURS = ["red", "green", "blue", ""]   # the last is missing


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="the large tables whole: an hour under gpulab, for a GPU")


class Cuda:
    """Runs studies in a folder; every method takes the study's flags."""

    def __init__(self, program, gpulab, folder):
        self.program, self.gpulab, self.folder = program, gpulab, folder

    def command(self, flags, lab):
        """lab: gpulab's options. On a real GPU those that only choose an order have no meaning."""
        start = [f"{self.gpulab}/gpulab", "--quiet", *map(str, lab), "--"] if self.gpulab else []
        return [*start, self.program, *map(str, flags)]

    def start(self, *flags, lab=(), **options):
        return subprocess.Popen(self.command(flags, lab), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **options)

    def __call__(self, *flags, lab=(), timeout=120):
        return subprocess.run(self.command(flags, lab), cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout)

    def cpu(self, *flags, timeout=120):
        """The results file's bytes of a study on the CPU."""
        done = subprocess.run([self.program, "run", *map(str, flags), "--device", "cpu", "--quiet", "--results", "cpu.csv"],
                              cwd=self.folder, capture_output=True, text=True, timeout=timeout)
        assert done.returncode == 0, done.stderr
        return (self.folder / "cpu.csv").read_bytes()

    def results(self, name="cuda.csv"):
        return (self.folder / name).read_bytes()

    def json(self, name):
        return json.loads((self.folder / name).read_text())


def has_gpu(program):
    listed = subprocess.run([program, "devices"], capture_output=True, text=True, timeout=120).stdout
    return any(line.startswith("cuda:") for line in listed.splitlines())


@pytest.fixture
def cuda(tmp_path):
    program = os.environ.get("WARPTUNE_PROGRAM")
    if not program:
        pytest.fail("WARPTUNE_PROGRAM must name the program to test")
    program = str(pathlib.Path(program).resolve())
    gpulab = os.environ.get("WARPTUNE_GPULAB")
    if not gpulab and not has_gpu(program):
        pytest.skip("no GPU, and WARPTUNE_GPULAB does not name gpulab's folder")
    return Cuda(program, gpulab and str(pathlib.Path(gpulab).resolve()), tmp_path)


@pytest.fixture
def full(request):
    return request.config.getoption("--full")


@pytest.fixture
def lab(cuda):
    """The same, for tests that need gpulab itself."""
    if not cuda.gpulab:
        pytest.skip("needs gpulab: a GPU does not fail on demand and does not count")
    return cuda


@pytest.fixture(scope="session")
def refusing(tmp_path_factory):
    """A library that makes GPUs unusable."""
    library = tmp_path_factory.mktemp("refusing") / "refusing_gpu.so"
    source = pathlib.Path(__file__).with_name("refusing_gpu.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def five_classes():
    """600 rows: two numbers, one of them with holes, a colour with holes, a flag; five classes that depend on them."""
    rng = random.Random(5)
    lines = ["size,weight,colour,flag,kind"]
    for _ in range(600):
        size, weight, colour, flag = rng.gauss(0, 2), rng.randrange(40), rng.choice(COLOURS), rng.random() < 0.5
        kind = (int(abs(size)) + weight // 8 + COLOURS.index(colour) + flag) % 5 if rng.random() < 0.8 else rng.randrange(5)
        lines.append(f"{size:.3f},{'' if weight % 7 == 0 else weight},{colour},{str(flag).lower()},{'abcde'[kind]}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def table(cuda):
    """The flags that name a table: table("pima")."""
    def flags(name):
        if name == "five":
            (cuda.folder / "five.csv").write_text(five_classes())
            return ["--data", "five.csv", "--target", "kind"]
        return ["--data", DATA / f"{name}.csv", "--target", {"pima": "diabetes", "blog": "target"}[name]]
    return flags
