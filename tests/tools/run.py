"""./dev test [PART...] [-k FILTER]: runs the parts, and adds up what their tests came to."""

import argparse
import os
import pathlib
import re
import sys

import reports
import schedule
from parts import PARTS, Setting, steps_of

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev test", description="All parts without a PART: " + ", ".join(PARTS))
    parser.add_argument("part", nargs="*", metavar="PART")
    parser.add_argument("-k", dest="filter", default="", metavar="FILTER",
                        help="only tests whose name matches: a regular expression for programs, pytest's -k for Python")
    given = parser.parse_args()
    unknown = [part for part in given.part if part not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return given


def environment():
    """What the tests find in their environment."""
    ours = {**os.environ, "WARPTUNE_PYTHON": os.environ.get("WARPTUNE_PYTHON") or str(ROOT / ".venv/bin/python")}
    shared = ROOT.parent / "shared/data"
    if not ours.get("WARPTUNE_SHARED_DATA") and shared.is_dir():
        ours["WARPTUNE_SHARED_DATA"] = str(shared)
    return ours


class Report:
    """Says what each step came to: one line if all is well, all that it wrote if not."""

    def __init__(self, directly):
        self.directly = directly   # one part's output goes straight to the terminal
        self.total = reports.Result()

    def log(self, step):
        return None if self.directly else ROOT / "build/test" / (step.name.replace(" ", "-") + ".log")

    def ended(self, step, status, spent):
        result = step.result_of(status)
        if result.failures and not self.directly:
            print(self.log(step).read_text(errors="replace"), end="")
        print(f"-- {step.name}: {result.line()}, {spent.seconds:.0f} s, {spent.cpu:.0f} of CPU{slowest(result)}")
        for reason, number in result.skips.items():
            print(f"   skipped{'' if number == 1 else f' {number} times'}: {reason}")
        sys.stdout.flush()
        self.total.add(reports.Result(result.passed, [f"{step.name}: {name}" for name in result.failures], result.skips))
        return not result.failures if step.lane == "builds" else True

    def close(self, skips, not_run):
        for skip in skips:
            self.total.skips[skip] += 1
            print(f"SKIPPED: {skip}")
        for step in not_run:
            print(f"NOT RUN: {step.name}")
        if not self.total.passed and not self.total.failures and not skips:
            self.total.failures.append("no test ran")
        for name in self.total.failures:
            print(f"FAILED: {name}")
        print(self.total.line())
        return 1 if self.total.failures else 0


def slowest(result):
    """The longest case where that is long."""
    name, seconds = max(result.seconds.items(), key=lambda case: case[1], default=("", 0))
    return f"; longest {re.sub(r'  # GetParam.*', '', name)} {seconds:.0f} s" if seconds >= 5 else ""


def main():
    given = arguments()
    setting = Setting(ROOT, given.filter, everything=not given.part)
    steps, skips = steps_of(setting, given.part or list(PARTS))
    report = Report(directly=len(given.part) == 1)
    not_run = schedule.run(steps, schedule.Processes(ROOT, environment(), report.log), report.ended)
    return report.close(skips, not_run)


if __name__ == "__main__":
    sys.exit(main())
