"""What the tests compare warptune with: Python packages from tests/requirements.txt, libraries of Debian's. Where one is
absent its tests are skipped, but in CI, which installs all that there are, they fail."""

import importlib
import os
import shutil
import subprocess

import pytest


def peer(name):
    """The Python module."""
    if os.environ.get("CI"):
        return importlib.import_module(name)
    return pytest.importorskip(name, reason=f"no {name}: ./dev setup test installs it")


def debian_library(path, package):
    """The path of a shared library. A distribution that has no such package is why CI may lack it."""
    if not os.path.exists(path):
        absent = f"no {path}: apt-get install {package}"
        if os.environ.get("CI") and distribution_has(package):
            pytest.fail(absent)
        pytest.skip(absent)
    return path


def distribution_has(package):
    return bool(shutil.which("apt-cache")) and not subprocess.run(
        ["apt-cache", "show", package], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
