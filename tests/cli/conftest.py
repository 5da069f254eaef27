"""The program as a process: run it in an empty folder, read what it printed and wrote.

$WARPTUNE_PROGRAM names the program; ctest sets it.
"""

import os
import pathlib
import subprocess

import pytest

DATA = pathlib.Path(__file__).resolve().parents[2] / "data"


class Warptune:
    """Runs the program in a folder. No environment variable of the caller changes what it does."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder

    def environment(self, **more):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WARPTUNE_")}
        return {**kept, "LC_ALL": "C.UTF-8", **more}

    def start(self, *arguments, **options):
        """A process that runs: subprocess.Popen with text pipes."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, "text": True,
                   "cwd": self.folder, "env": self.environment(), **options}
        return subprocess.Popen([self.program, *map(str, arguments)], **options)

    def __call__(self, *arguments, env=None, data=None, folder=None, **options):
        """Runs to the end: a CompletedProcess with text. data: bytes for standard input."""
        streams = {"stdin": subprocess.DEVNULL} if data is None else {"input": data}
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, timeout=120,
                              cwd=folder or self.folder, env=self.environment(**(env or {})), **streams, **options)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def good(self, *arguments, **options):
        """Runs to the end and must succeed."""
        done = self(*arguments, **options)
        assert done.returncode == 0, (done.args, done.stderr)
        return done

    def files(self):
        """Names in the folder: what a run leaves behind."""
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture(scope="session")
def program():
    program = os.environ.get("WARPTUNE_PROGRAM")
    if not program:
        pytest.fail("WARPTUNE_PROGRAM must name the program to test")
    return str(pathlib.Path(program).resolve())


@pytest.fixture
def no_sanitizer(program):
    """For tests that leave the program few addresses or files: sanitizers take terabytes of the one and some of the other."""
    if b"AddressSanitizer" in pathlib.Path(program).read_bytes():
        pytest.skip("a sanitizer needs addresses and files of its own")


@pytest.fixture
def warptune(program, tmp_path):
    return Warptune(program, tmp_path)


@pytest.fixture(scope="session")
def data():
    """The folder of the tables that come with the project."""
    return DATA
