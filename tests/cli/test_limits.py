"""Limits, umask and working folder as the parent left them: clear errors, and nothing that was scored is lost."""

import os
import resource
import shutil
import stat

import pytest

SMALL = ("--target", "target", "--trials", 40, "-p", "n_estimators=int(1,5)", "-p", "max_samples=float(0.1,0.9)", "--threads", 2,
         "--device", "cpu")


@pytest.fixture
def run(data):
    return ("run", "--data", data / "blog.csv", *SMALL)


@pytest.fixture
def long_run(data):
    """Each trial has a fit of its own, for minutes."""
    return ("run", "--data", data / "spam.csv", "--target", "type", "--trials", 9000, "-p", "n_estimators=50",
            "-p", "max_samples=float(0.1,0.9)", "--threads", 2, "--device", "cpu")


def command(data):
    return ("run", "--data", data / "blog.csv", "--target", "target", "--model", "command", "--command", "exit 3", "-p", "a=int(1,9)",
            "--trials", 2)


def ended(warptune, prepare, *arguments, **options):
    """Exit code, output and messages of the program as the child of a parent that called `prepare`."""
    process = warptune.start(*arguments, preexec_fn=prepare, **options)
    out, messages = process.communicate(timeout=120)
    return process.returncode, out, messages


def limit(kind, soft, hard=None):
    return lambda: resource.setrlimit(kind, (soft, resource.getrlimit(kind)[1] if hard is None else hard))


@pytest.mark.parametrize("size, flags, message", [
    (0, ("--journal", "j"), "cannot write the lock"),
    (100, ("--journal", "j"), "cannot write the journal j: File too large"),
    (500, ("--results", "r.csv"), "cannot write the results file r.csv: File too large"),
    (10, ("--stats", "s.json"), "cannot write the stats file s.json: File too large"),
])
def test_a_limit_on_files_is_named(warptune, run, size, flags, message):
    code, out, messages = ended(warptune, limit(resource.RLIMIT_FSIZE, size), *run, *flags)
    assert code == 1 and message in messages and "hint: allow larger files with ulimit -f" in messages, messages
    assert warptune.files() == []
    assert ("40 trials" in out) == ("--journal" not in flags)   # what is scored is shown


def test_a_journal_that_reached_the_limit_goes_on(warptune, run):
    warptune.good(*run, "--results", "whole.csv")
    code, out, messages = ended(warptune, limit(resource.RLIMIT_FSIZE, 9000), *run, "--journal", "j", "--results", "r.csv")
    assert code == 1 and "ulimit -f; it is intact up to its last whole line; go on with: warptune resume j" in messages
    assert "40 trials" in warptune.good("resume", "j").stdout
    assert (warptune.folder / "r.csv").read_bytes() == (warptune.folder / "whole.csv").read_bytes()


def test_the_workers_data_and_the_limit_on_files(warptune, data, tmp_path_factory):
    temporary = tmp_path_factory.mktemp("tmp")
    code, _, messages = ended(warptune, limit(resource.RLIMIT_FSIZE, 4096), *command(data),
                              env=warptune.environment(TMPDIR=str(temporary)))
    assert code == 1 and "the data for the workers can't be written: File too large" in messages and "ulimit -f" in messages
    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("no_sanitizer")
@pytest.mark.parametrize("files", range(4, 9))
def test_few_open_files(warptune, run, data, files):
    """Six are enough for a study; below that, and for workers, the limit is named."""
    code, out, messages = ended(warptune, limit(resource.RLIMIT_NOFILE, files), *run, "--journal", "j", "--results", "r.csv")
    if code == 0:
        assert "40 trials" in out
    else:
        assert files < 8 and "Too many open files\n  hint: allow more open files with ulimit -n" in messages, messages
        assert warptune.files() == []
    code, _, messages = ended(warptune, limit(resource.RLIMIT_NOFILE, files), *command(data))
    assert code == 1 and "hint: allow more open files with ulimit -n" in messages, messages


@pytest.mark.parametrize("kilobytes", [64, 128, 512])
def test_a_small_stack_is_enlarged(warptune, run, kilobytes):
    code, out, messages = ended(warptune, limit(resource.RLIMIT_STACK, kilobytes << 10, 8 << 20), *run)
    assert code == 0 and "40 trials" in out, messages


def test_a_stack_that_may_not_be_enlarged_is_an_error(warptune, run):
    code, _, messages = ended(warptune, limit(resource.RLIMIT_STACK, 64 << 10, 64 << 10), *run)
    assert code == 2
    assert messages == "warptune: the stack of this process may have no more than 64 kB\n  hint: allow it more: ulimit -s 1024\n"
    code, out, messages = ended(warptune, limit(resource.RLIMIT_STACK, 256 << 10, 256 << 10), *run)
    assert code == 0 and "40 trials" in out, messages


@pytest.mark.usefixtures("no_sanitizer")
def test_a_library_that_the_limit_on_addresses_keeps_out(warptune, data):
    library = warptune.folder / "libxgboost.so"
    library.write_bytes(b"no library")
    code, _, messages = ended(warptune, limit(resource.RLIMIT_AS, 2 << 30), "run", "--data", data / "blog.csv", "--target", "target",
                              "--model", "xgboost", "--xgboost-library", library)
    assert code == 2
    assert messages.count(str(library)) == 1 and "ulimit -v 2097152 may be too little for it" in messages, messages


def test_used_up_processor_time_ends_the_study_well(warptune, long_run):
    code, out, messages = ended(warptune, limit(resource.RLIMIT_CPU, 1), *long_run, "--journal", "j", "--results", "r.csv")
    assert code == 130
    assert "of 9000 trials: its processor time is used up (ulimit -t)" in messages and "warptune resume j" in messages
    trials = (warptune.folder / "j").read_bytes().count(b'"op_code":4')
    assert trials > 0 and f"after {trials} of" in messages
    assert (warptune.folder / "r.csv").read_bytes().count(b"\n") == trials + 1
    assert f"{trials} trial" in out


@pytest.mark.parametrize("mask", [0o777, 0o277, 0o577, 0o022])
def test_what_is_made_is_its_owners_to_read_and_write(warptune, run, mask):
    def masked():
        os.umask(mask)
    assert ended(warptune, masked, *run, "--journal", "j", "--results", "r.csv", "--stats", "s.json")[0] == 0
    for name in ("j", "r.csv", "s.json"):
        mode = stat.S_IMODE((warptune.folder / name).stat().st_mode)
        assert mode & 0o700 == 0o600 and mode & 0o077 & mask == 0, (name, oct(mode))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_journal_that_may_not_be_read(warptune, run):
    warptune.good(*run, "--journal", "j")
    (warptune.folder / "j").chmod(0)
    done = warptune("resume", "j")
    assert done.returncode == 2 and "Permission denied\n  hint: make it readable and writable" in done.stderr


@pytest.mark.parametrize("arguments", [
    ("--journal", "j"), ("--results", "r.csv"), ("--stats", "s"), ("resume", "j"), ("top", "j"), ("run", "s.toml"),
    ("run", "--data", "x.csv", "--target", "y"),
], ids=" ".join)
def test_a_working_folder_that_is_gone(warptune, run, tmp_path_factory, arguments):
    gone = tmp_path_factory.mktemp("gone")

    def in_it():
        os.chdir(gone)
        os.rmdir(gone)
    arguments = arguments if arguments[0] in ("resume", "top", "run") else (*run, *arguments)
    code, _, messages = ended(warptune, in_it, *arguments)
    assert code == 2
    assert "No such file or directory\n  hint: the current folder was removed: change to one that is there" in messages, messages


def test_whole_paths_need_no_working_folder(warptune, run, tmp_path_factory):
    gone = tmp_path_factory.mktemp("gone")

    def in_it():
        os.chdir(gone)
        os.rmdir(gone)
    code, out, messages = ended(warptune, in_it, *run, "--journal", warptune.folder / "j", "--results", warptune.folder / "r.csv")
    assert code == 0 and "40 trials" in out, messages


def test_a_folder_that_is_removed_under_a_study(warptune, long_run, tmp_path_factory):
    """Neither journal nor results can be written any more: what was scored is shown."""
    folder = tmp_path_factory.mktemp("work") / "study"
    folder.mkdir()
    process = warptune.start(*long_run, "--journal", "j", "--results", "r.csv", cwd=folder)
    while not ((folder / "j").exists() and b'"op_code":4' in (folder / "j").read_bytes()):
        assert process.poll() is None, process.stderr.read()
    while folder.exists():   # a lock may be made meanwhile
        shutil.rmtree(folder, ignore_errors=True)
    out, messages = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cannot write the journal j: No such file or directory" in messages and "it was removed" in messages, messages
    assert out.startswith("rank") and " trial" in out
