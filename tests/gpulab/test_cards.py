"""What differs between GPUs: how much shared memory a block may have, how many multiprocessors there are, which code is
taken. gpulab's cards have the properties of a T4, an A100, an RTX 4090 and an H100."""

import pathlib
import subprocess

import pytest

CARDS = [75, 80, 89, 90]


@pytest.mark.parametrize("card", CARDS)
def test_launches_with_any_size_of_shared_memory(lab, card):
    tests = pathlib.Path(lab.program).with_name("ops_tests")
    done = subprocess.run([f"{lab.gpulab}/gpulab", "--quiet", "--arch", str(card), "--strict", "--", tests, "--gtest_filter=*CudaLaunch.*"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "[  PASSED  ] 2 tests." in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("name, metric", [("pima", "roc_auc"), ("five", "log_loss")])
def test_every_card_gives_the_cpus_bytes(lab, table, card, name, metric):
    flags = [*table(name), "--param", "n_estimators=int(1,4)", "--param", "max_depth=int(1,6)", "--param", "max_features=choice(1,2,all)",
             "--trials", 8, "--metric", metric]
    done = lab("run", *flags, "--device", "cuda", "--results", "cuda.csv",
               lab=["--arch", card, "--check", "memory,races", "--strict"])
    assert done.returncode == 0, done.stderr
    assert lab.results() == lab.cpu(*flags)
