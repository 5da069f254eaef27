"""Adds up JUnit files, those of ctest and those of pytest, case by case."""

import collections
import dataclasses
import pathlib
import xml.etree.ElementTree as xml


@dataclasses.dataclass
class Result:
    """What cases came to. failures: their names; skips: how many of each reason; seconds: of each case."""

    passed: int = 0
    failures: list = dataclasses.field(default_factory=list)
    skips: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    seconds: dict = dataclasses.field(default_factory=dict)

    @property
    def skipped(self):
        return sum(self.skips.values())

    def add(self, other):
        self.passed += other.passed
        self.failures += other.failures
        self.skips += other.skips
        self.seconds.update(other.seconds)

    def line(self):
        return f"{self.passed} passed, {len(self.failures)} failed, {self.skipped} skipped"


def read(path):
    """The cases of one JUnit file. A file that is no JUnit file is one failure."""
    path = pathlib.Path(path)
    result = Result()
    try:
        root = xml.parse(path).getroot()
    except (OSError, xml.ParseError) as error:
        result.failures.append(f"{path}: no report ({error})")
        return result
    for case in root.iter("testcase"):
        add_case(result, case)
    return result


def add_case(result, case):
    """A case of pytest names its file as its class, ctest's class is its name again. ctest's status says what became of
    it, pytest's elements do; a case of pytest whose test and teardown both fail has two of them."""
    group, name = case.get("classname", ""), case.get("name", "")
    name = name if group in ("", name) else f"{group}::{name}"
    result.seconds[name] = float(case.get("time", 0))
    skipped = case.find("skipped")
    if case.get("status") == "fail" or case.find("failure") is not None or case.find("error") is not None:
        result.failures.append(name)
    elif skipped is not None or case.get("status") in ("disabled", "notrun"):
        result.skips[reason_of(case, skipped)] += 1
    else:
        result.passed += 1


def reason_of(case, skipped):
    """ctest only knows that a case was skipped; GoogleTest wrote the reason into the output, between two lines."""
    said = skipped.get("message", "") if skipped is not None else ""
    output = (case.findtext("system-out") or "").splitlines()
    if case.get("status") is not None:
        after = [output[i + 1] for i, line in enumerate(output[:-1]) if line.endswith(": Skipped")]
        said = next(iter(after), next((line for line in output if line.startswith("SKIPPED: ")), said))
    return said.strip() or "no reason given"
