"""What tidy.py takes for the same file as before."""

import json
import pathlib
import shutil

import pytest
import tidy

pytestmark = pytest.mark.skipif(not shutil.which("c++"), reason="no compiler")


@pytest.fixture
def source(tmp_path):
    (tmp_path / "h.h").write_text("int f();\n")
    (tmp_path / "a.cpp").write_text('#include "h.h"\n#include <cstddef>\n')
    (tmp_path / ".clang-tidy").write_text("Checks: '-*,misc-*'\n")
    return tmp_path


def key(folder, version="14", options=""):
    command = f"ccache c++ {options} -I{folder} -o a.o -c {folder}/a.cpp"
    return tidy.Keys(folder, version).key(command, str(folder))


def test_the_same_files_have_the_same_key_in_another_folder(source, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(source, other, dirs_exist_ok=True)
    assert key(source) == key(other)


@pytest.mark.parametrize("name", ["a.cpp", "h.h", ".clang-tidy"])
def test_a_changed_file_has_another_key(source, name):
    before = key(source)
    path = pathlib.Path(source, name)
    path.write_text(path.read_text() + "# 1\n" if name == ".clang-tidy" else path.read_text() + "// NOLINT\n")
    assert key(source) != before


def test_another_version_or_option_has_another_key(source):
    assert len({key(source), key(source, version="15"), key(source, options="-DX=1")}) == 3


def test_headers_of_the_system_count(source):
    command = f"c++ -o a.o -c {source}/a.cpp"
    assert any(name.endswith("/cstddef") for name in tidy.files_of(command, str(source)))


def test_files_that_are_compiled_together_are_one_unit(source, tmp_path_factory):
    def written(folder):   # as CMake does
        shutil.copytree(source, folder, dirs_exist_ok=True)
        unit = folder / "Unity/unity_0.cxx"
        unit.parent.mkdir()
        unit.write_text(f'/* generated */\n#include "{folder}/a.cpp"\n#include "{folder}/b.cpp"\n')
        commands = [{"directory": str(folder), "file": str(file), "command": f"c++ -I{folder} -o o -c {file}"}
                    for file in (unit, folder / "c.cpp")]
        (folder / "compile_commands.json").write_text(json.dumps(commands))
        return folder
    for name in "bc":
        (source / f"{name}.cpp").write_text("int x;\n")
    folders = [written(tmp_path_factory.mktemp("build")) for _ in range(2)]
    units = [tidy.units_of(["c.cpp", "a.cpp", "b.cpp"], folder, folder) for folder in folders]
    assert [pathlib.Path(unit["file"]).name for unit in units[0]] == ["unity_0.cxx", "c.cpp"]
    keys = [tidy.Keys(folder, "14").key(unit[0]["command"], str(folder)) for folder, unit in zip(folders, units)]
    assert keys[0] == keys[1]


def test_only_a_clean_file_is_remembered(source, monkeypatch, tmp_path_factory, capsys):
    cache = tmp_path_factory.mktemp("cache")
    runs = source / "runs"
    fake = source / "fake-tidy"
    fake.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exit 0\necho run >> {runs}\ngrep -q BAD {source}/h.h && echo "h.h: BAD" && exit 1\nexit 0\n')
    fake.chmod(0o755)
    (source / "compile_commands.json").write_text(
        f'[{{"directory": "{source}", "file": "a.cpp", "command": "c++ -o a.o -c a.cpp"}}]')
    monkeypatch.setattr(tidy, "TIDY", str(fake))
    monkeypatch.setenv("WARPTUNE_TIDY_CACHE", str(cache))
    monkeypatch.chdir(source)

    def lint():
        return tidy.main([str(source), "a.cpp"])
    (source / "h.h").write_text("int f();   // BAD\n")
    assert [lint(), lint()] == [1, 1]
    assert "h.h: BAD" in capsys.readouterr().out
    (source / "h.h").write_text("int f();\n")
    assert [lint(), lint()] == [0, 0]
    assert runs.read_text() == "run\n" * 3
