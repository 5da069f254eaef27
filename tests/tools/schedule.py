"""Runs steps beside each other, each as soon as those before it are done."""

import dataclasses
import os
import queue
import subprocess
import sys
import threading
import time


@dataclasses.dataclass(frozen=True)
class Step:
    """A command line. lane: of the steps of one lane one runs at a time, in their order. after: names of the steps that
    it needs; if one of them fails, this one is not run. result_of: (exit status) -> reports.Result."""

    name: str
    command: list
    lane: str
    result_of: object
    after: tuple = ()
    environment: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Spent:
    """Seconds by the clock, which what runs beside a step makes longer, and those of processors, its children's too."""

    seconds: float = 0
    cpu: float = 0


def run(steps, processes, ended):
    """processes: start(step), and next_end() -> (step, exit status, Spent). ended(step, status, spent) -> may those after it
    run? Returns the steps that were not run because one before them failed."""
    waiting, running, good, bad, not_run = list(steps), set(), set(), set(), []
    unknown = {name for step in steps for name in step.after} - {step.name for step in steps}
    assert not unknown, f"no such steps: {unknown}"
    while waiting or running:
        for step in list(waiting):
            if bad.intersection(step.after):
                waiting.remove(step)
                bad.add(step.name)
                not_run.append(step)
            elif step.lane not in running and good.issuperset(step.after):
                waiting.remove(step)
                running.add(step.lane)
                processes.start(step)
        if running:
            step, status, spent = processes.next_end()
            running.remove(step.lane)
            (good if ended(step, status, spent) else bad).add(step.name)
    return not_run


class Processes:
    """Real ones. log(step): the file for what the step writes, or None: that goes where ours goes."""

    def __init__(self, root, environment, log):
        self.root, self.environment, self.log = root, environment, log
        self.ends = queue.Queue()

    def start(self, step):
        print(f"== {step.name}", file=sys.stderr, flush=True)
        path = self.log(step)
        if path is None:
            process = self.process(step, None)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "w") as output:
                process = self.process(step, output)
        threading.Thread(target=self.wait_for, args=(step, process, time.monotonic()), daemon=True).start()

    def process(self, step, output):
        return subprocess.Popen(step.command, cwd=self.root, env={**self.environment, **step.environment},
                                stdin=subprocess.DEVNULL, stdout=output, stderr=output and subprocess.STDOUT)

    def wait_for(self, step, process, began):
        _, status, usage = os.wait4(process.pid, 0)
        spent = Spent(time.monotonic() - began, usage.ru_utime + usage.ru_stime)
        self.ends.put((step, os.waitstatus_to_exitcode(status), spent))

    def next_end(self):
        return self.ends.get()
