"""Peer of csv_bench: makes the 1,000,000 x 28 file once, and reads it with pandas' C reader.

usage: csv_pandas.py make FILE [ROWS] | csv_pandas.py read FILE
"""
import os
import resource
import sys
import time


def make(path, rows):
    if os.path.exists(path):
        return
    import numpy as np

    rng = np.random.default_rng(1)
    with open(path + ".part", "w") as f:
        f.write(",".join(f"x{i}" for i in range(28)) + ",target\n")
        for begin in range(0, rows, 10_000):
            n = min(10_000, rows - begin)
            x = rng.normal(size=(n, 28))
            # Classes that a forest can learn in part: an interaction, a step and noise.
            y = (x[:, 0] * x[:, 1] + (x[:, 2] > 0.5) + rng.normal(scale=0.7, size=n) > 0.3).astype(int)
            form = ",".join(["%.6f"] * 28) + ",%d\n"
            f.write("".join(form % (*r, t) for r, t in zip(x.tolist(), y.tolist())))
    os.rename(path + ".part", path)


def read(path):
    import pandas

    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu = time.process_time()
    start = time.perf_counter()
    table = pandas.read_csv(path, engine="c")
    seconds = time.perf_counter() - start
    cpu = time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = os.path.getsize(path) / 1e6
    print(
        f"pandas {pandas.__version__} rows={len(table)} columns={table.shape[1]} seconds={seconds:.3f} "
        f"cpu_seconds={cpu:.3f} "
        f"MB/s={size / seconds:.0f} file_MB={size:.1f} peak_MB={peak * 1024 / 1e6:.1f} "
        f"peak/file={peak * 1024 / 1e6 / size:.2f} (import alone: {base * 1024 / 1e6:.1f} MB)"
    )


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("make", "read"):
        sys.exit(__doc__)
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)
    else:
        read(sys.argv[2])
