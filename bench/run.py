#!/usr/bin/env python3
"""Measures warptune beside its peers on this machine, in one run; `./dev bench` builds what it needs and calls it.

usage: run.py [ROW...] [--json FILE]     all rows, or some
       run.py compare BASE HEAD          two commits, see compare.py

The Python that runs this runs the peers too (bench/requirements.txt, tests/requirements.txt). Exit code 1: results that
must be the same bytes differ, or a command failed. A bar that is missed is shown; it does not change the exit code.
"""
import argparse
import json
import os
import sys

from measure import Failure, Warptune, machine, peer, summary
from rows import ROWS, Bench, Line, Skip, as_json

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def number(x):
    return f"{x:.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def shown(rows):
    """An aligned table of cells; the first row is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def verdict(item):
    return ["", ""] if item.bar is None else [str(item.bar), "yes" if item.bar.met(item.value) else "NO"]


def report(items):
    lines = [["work", "warptune s (min)", "peer", "peer s (min)", "ratio", "bar", "met", "accuracy: warptune, peer"]]
    facts = [["work", "what", "value", "bar", "met"]]
    notes = []
    for item in items:
        if isinstance(item, Line):
            ours, theirs = summary(item.ours), summary(item.theirs)
            quality = "{:.4f}, {:.4f}".format(*item.accuracy) if item.accuracy else ""
            lines.append([item.work, f"{number(ours['median'])} ({number(ours['min'])})", item.peer,
                          f"{number(theirs['median'])} ({number(theirs['min'])})", number(item.value) + "x",
                          *verdict(item), quality])
        else:
            facts.append([item.work, item.what, f"{number(item.value)} {item.unit}".strip(), *verdict(item)])
        if item.note:
            notes.append(f"  {item.work}{'' if isinstance(item, Line) else ', ' + item.what}: {item.note}")
    parts = [shown(table) for table in (lines, facts) if len(table) > 1]
    return "\n\n".join(parts + (["\n".join(notes)] if notes else []))


def main():
    if sys.argv[1:2] == ["compare"]:
        import compare

        return compare.main(sys.argv[2:])
    parser = argparse.ArgumentParser(description="Speed beside the peers. Rows: " + ", ".join(ROWS))
    parser.add_argument("rows", nargs="*", metavar="ROW", help="default: all")
    parser.add_argument("--json", metavar="FILE", help="write everything measured there too")
    parser.add_argument("--rounds", type=int, default=5, help="of warptune and its peers in turn (default 5; slow ones 2)")
    parser.add_argument("--full", action="store_true", help="gpulab: the whole grid, a minute or two")
    parser.add_argument("--program", default=f"{ROOT}/build/release/warptune")
    parser.add_argument("--folder", default=f"{ROOT}/build/bench-runs", help="for made data and results")
    args = parser.parse_args()
    unknown = [name for name in args.rows if name not in ROWS]
    if unknown:
        parser.error(f"unknown row {unknown[0]}, there are: {', '.join(ROWS)}")
    if args.rounds < 1:
        parser.error("--rounds: at least 1")
    os.makedirs(args.folder, exist_ok=True)
    program = os.path.abspath(args.program)
    bench = Bench(Warptune(program, args.folder), os.path.join(os.path.dirname(program), "csv_bench"), args.folder,
                  args.rounds, args.full)
    description = machine(program)
    of_process = ("peak_bytes", "process_seconds")
    description["peers"] = {k: v for k, v in peer("versions").items() if k not in of_process}
    items, skipped, failed = [], {}, False
    for name in args.rows or ROWS:
        print(f"== {name}", file=sys.stderr, flush=True)
        try:
            items += ROWS[name](bench)
        except Skip as why:
            skipped[name] = str(why)
            print(f"SKIPPED: {name}: {why}", file=sys.stderr)
        except Failure as why:
            failed = True
            print(f"FAILED: {name}: {why}", file=sys.stderr)
    print("\n".join(f"{key}: {value}" for key, value in description.items()) + "\n")
    print(report(items))
    for name, why in skipped.items():
        print(f"SKIPPED: {name}: {why}")
    if args.json:
        with open(args.json, "w") as f:
            json.dump({"machine": description, "rounds": args.rounds, "rows": [as_json(item) for item in items],
                       "skipped": skipped}, f, indent=1)
            f.write("\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
