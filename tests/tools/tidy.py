"""clang-tidy over the sources named, several at once. A file that was found clean is not read again while nothing that
clang-tidy saw of it has changed.

usage: tidy.py BUILD_FOLDER SOURCE...   (BUILD_FOLDER has compile_commands.json)
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

TIDY = "clang-tidy-14"


def cache_folder():
    home = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"   # where ccache has its folder
    return pathlib.Path(os.environ.get("WARPTUNE_TIDY_CACHE") or pathlib.Path(home) / "warptune-tidy")


def files_of(command, folder):
    """Every file that the compiler reads for a unit, the system's headers too."""
    words = shlex.split(command)
    words = [word for word in words if pathlib.Path(word).name != "ccache"]
    at = words.index("-o")
    listed = subprocess.run([*words[:at], *words[at + 2:], "-M"], cwd=folder, capture_output=True, text=True, check=True).stdout
    names = listed.replace("\\\n", " ").split(": ", 1)[1].split()
    return [str(pathlib.Path(folder, name)) for name in names]


class Keys:
    """What a clean result holds for: the bytes of all files of a unit, its options, .clang-tidy and clang-tidy itself.
    Names count relative to the source folder, so that another checkout has the same keys."""

    def __init__(self, root, version):
        self.root = str(root)
        self.common = [version, (root / ".clang-tidy").read_text()]
        self.digests = {}

    def digest(self, name):
        if name not in self.digests:
            self.digests[name] = hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest()
        return self.digests[name]

    def key(self, command, folder):
        parts = [*self.common, command.replace(self.root, ".")]
        for name in files_of(command, folder):
            parts += [name.replace(self.root, "."), self.digest(name)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def check(source, build, keys, unit, cache):
    """One file: (was it known to be clean, exit status, what clang-tidy said)."""
    mark = cache / keys.key(unit["command"], unit["directory"])
    if mark.exists():
        mark.touch()
        return True, 0, ""
    done = subprocess.run([TIDY, "--quiet", "-p", str(build), source], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        mark.touch()
    return False, done.returncode, done.stdout + (done.stderr if done.returncode else "")


def units(build):
    """The compile command of each source; of those compiled twice, the first."""
    found = {}
    for unit in json.loads((build / "compile_commands.json").read_text()):
        found.setdefault(str(pathlib.Path(unit["directory"], unit["file"]).resolve()), unit)
    return found


def main(arguments):
    build, sources = pathlib.Path(arguments[0]), arguments[1:]
    root, cache = pathlib.Path.cwd(), cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    keys = Keys(root, subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout)
    known_units, known, bad = units(build), 0, 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for was_known, status, said in pool.map(
                lambda source: check(source, build, keys, known_units[str((root / source).resolve())], cache), sources):
            known += was_known
            bad += status != 0
            print(said, end="", flush=True)
    print(f"clang-tidy: {len(sources)} files, {known} known to be clean, {bad} not clean", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
