"""README.md: every ```sh run block is a command that works from the source folder."""

import os
import pathlib
import re
import subprocess

import pytest

SOURCE = pathlib.Path(__file__).parents[2]
BLOCKS = re.findall(r"^```sh run\n(.*?)^```$", (SOURCE / "README.md").read_text(), re.MULTILINE | re.DOTALL)


def test_there_are_commands():
    assert BLOCKS


@pytest.mark.parametrize("block", BLOCKS, ids=[block.splitlines()[0] for block in BLOCKS])
def test_command(block):
    # The Python of the tests has the libraries that other families need.
    folder = pathlib.Path(os.environ["WARPTUNE_PYTHON"]).parent
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=SOURCE, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
                          env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
    assert done.returncode == 0, done.stdout
