"""clang-tidy over the units that compile the sources named, several at once. A unit that was found clean is not read again
while nothing that clang-tidy saw of it has changed.

usage: tidy.py BUILD_FOLDER [--checks=CHECKS] SOURCE...   (BUILD_FOLDER has compile_commands.json; CHECKS: beyond .clang-tidy's)
"""

import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
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

    def __init__(self, root, version, options=()):
        self.root = str(root)
        self.common = [version, *options, (root / ".clang-tidy").read_text()]
        self.digests = {}

    def digest(self, name):
        if name not in self.digests:
            contents = pathlib.Path(name).read_bytes().replace(self.root.encode(), b".")   # units that CMake wrote name it
            self.digests[name] = hashlib.sha256(contents).hexdigest()
        return self.digests[name]

    def key(self, command, folder):
        parts = [*self.common, command.replace(self.root, ".")]
        for name in files_of(command, folder):
            parts += [name.replace(self.root, "."), self.digest(name)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def check(unit, build, options, keys, cache):
    """One unit: (was it known to be clean, exit status, what clang-tidy said)."""
    mark = cache / keys.key(unit["command"], unit["directory"])
    if mark.exists():
        mark.touch()
        return True, 0, ""
    done = subprocess.run([TIDY, "--quiet", *options, "-p", str(build), unit["file"]], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        mark.touch()
    return False, done.returncode, done.stdout + (done.stderr if done.returncode else "")


def units(build):
    """The unit of each source: several are one unit where CMake puts them together; of those compiled twice, the first."""
    found = {}
    for unit in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(unit["directory"], unit["file"]).resolve()
        together = re.findall(r'^#include "(/.*)"', file.read_text(), re.MULTILINE) if file.parent.name == "Unity" else []
        for source in [str(file), *together]:
            found.setdefault(source, unit)
    return found


def units_of(sources, root, build):
    """Each unit once, the largest first: they take minutes, and nothing should wait for one at the end."""
    known = units(build)
    counts = collections.Counter(known[str((root / source).resolve())]["file"] for source in sources)
    by_file = {unit["file"]: unit for unit in known.values()}
    return [by_file[file] for file, _ in counts.most_common()]


def main(arguments):
    build = pathlib.Path(arguments[0])
    options = [word for word in arguments[1:] if word.startswith("--")]
    sources = [word for word in arguments[1:] if not word.startswith("--")]
    root, cache = pathlib.Path.cwd(), cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    keys = Keys(root, subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout,
                options)
    todo, known, bad = units_of(sources, root, build), 0, 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for was_known, status, said in pool.map(lambda unit: check(unit, build, options, keys, cache), todo):
            known += was_known
            bad += status != 0
            print(said, end="", flush=True)
    print(f"clang-tidy: {len(sources)} files in {len(todo)} units, {known} known to be clean, {bad} not clean",
          file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
