"""The order in which schedule.py runs steps."""

import pathlib
import sys

import schedule


def step(name, lane, *after, command=()):
    return schedule.Step(name, list(command), lane, None, after)


class Fake:
    """Processes that end in the order that the test says, with its status."""

    def __init__(self, ends):
        self.ends, self.running, self.seen = list(ends), [], []

    def start(self, step):
        self.running.append(step)

    def next_end(self):
        self.seen.append({step.name for step in self.running})
        name, status = self.ends.pop(0)
        [ended] = [step for step in self.running if step.name == name]
        self.running.remove(ended)
        return ended, status, schedule.Spent()


def run(steps, *ends):
    """What ran beside each other before each end, and what was not run."""
    fake = Fake(ends)
    not_run = schedule.run(steps, fake, lambda step, status, _: status == 0)
    assert not fake.ends
    return fake.seen, [step.name for step in not_run]


def test_one_step_of_a_lane_at_a_time_in_their_order():
    steps = [step("a", "builds"), step("b", "builds"), step("c", "tests"), step("d", "tests")]
    seen, not_run = run(steps, ("a", 0), ("c", 0), ("d", 0), ("b", 0))
    assert seen == [{"a", "c"}, {"b", "c"}, {"b", "d"}, {"b"}]
    assert not_run == []


def test_a_step_waits_for_those_before_it_and_later_ones_pass_it():
    steps = [step("build", "builds"), step("slow", "builds"), step("after", "tests", "build"), step("free", "tests")]
    seen, _ = run(steps, ("free", 0), ("build", 0), ("after", 0), ("slow", 0))
    assert seen == [{"build", "free"}, {"build"}, {"slow", "after"}, {"slow"}]


def test_what_needs_a_failed_step_is_not_run():
    steps = [step("build", "builds"), step("next", "builds", "build"), step("test", "tests", "next"), step("other", "tests")]
    seen, not_run = run(steps, ("build", 1), ("other", 0))
    assert seen == [{"build", "other"}, {"other"}]
    assert not_run == ["next", "test"]


def test_real_processes(tmp_path):
    code = "import os, sys; print(os.environ['A'], os.getcwd()); print('error', file=sys.stderr); sys.exit(3)"
    real = schedule.Processes(tmp_path, {"A": "b"}, lambda step: tmp_path / "logs" / f"{step.name}.log")
    ends = []
    schedule.run([step("one", "tests", command=[sys.executable, "-c", code])], real,
                 lambda step, status, spent: ends.append((step.name, status, spent)))
    [(name, status, spent)] = ends
    assert (name, status) == ("one", 3)
    assert spent.seconds > 0 and spent.cpu > 0
    text = (tmp_path / "logs/one.log").read_text()
    assert f"b {pathlib.Path(tmp_path).resolve()}" in text and "error" in text
