"""What an absent peer is: a skipped test, and in CI a failed one."""

import peers
import pytest


def test_a_python_package(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception):
        peers.peer("no_such_package")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(ModuleNotFoundError):
        peers.peer("no_such_package")


def test_a_package_of_the_distribution(monkeypatch, tmp_path):
    library = tmp_path / "libxy.so.0"
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception):
        peers.debian_library(library, "libxy0")
    monkeypatch.setenv("CI", "true")
    for exists, outcome in ((True, pytest.fail.Exception), (False, pytest.skip.Exception)):
        monkeypatch.setattr(peers, "distribution_has", lambda package, exists=exists: exists)
        with pytest.raises(outcome):
            peers.debian_library(library, "libxy0")
    library.touch()
    assert peers.debian_library(library, "libxy0") == library
