"""Dask as a contestant: a scheduler, three workers with two threads each, and this process as the client."""
import os
import subprocess
import sys
import time

import distributed

import turns

WORKERS, SLOTS, WINDOW, WINDOW_BYTES = 3, 2, 10_000, 64 << 20


def nothing(item):
    return item


def process(item):
    subprocess.run(["/bin/true"], check=True)
    return item


def pause(item, millis):
    time.sleep(millis / 1000)
    return item


def make_bytes(item, count):
    return os.urandom(count)


class Dask:
    about = f"Dask {distributed.__version__}: client.map and gather; nothing is on disk"

    def __init__(self, room, servers):
        port = turns.free_port()
        address = f"tcp://127.0.0.1:{port}"

        def start(name, module, *arguments):
            servers.append(turns.start(room, name, sys.executable, "-m", "distributed.cli." + module,
                                       "--host", "127.0.0.1", "--no-dashboard", *arguments))

        start("scheduler", "dask_scheduler", "--port", str(port))
        for i in range(WORKERS):
            start(f"worker-{i}", "dask_worker", address, "--nthreads", str(SLOTS), "--no-nanny",
                  "--memory-limit", "512MiB", "--local-directory", os.path.join(room, f"worker-{i}"))
        self.client = distributed.Client(address, timeout=60)
        self.client.wait_for_workers(WORKERS, timeout=60)

    def tasks(self, count):
        self._sum(count, nothing)

    def processes(self, count):
        self._sum(count, process)

    def pauses(self, count, millis):
        self._sum(count, pause, millis)

    def results(self, count, size):
        window = max(1, min(WINDOW, WINDOW_BYTES // size))
        require(sum(map(len, self._in_windows(count, window, make_bytes, size))), count * size)

    def _sum(self, count, function, *rest):
        require(sum(self._in_windows(count, WINDOW, function, *rest)), count * (count - 1) // 2)

    def _in_windows(self, count, window, function, *rest):
        for begin in range(0, count, window):
            items = range(begin, min(count, begin + window))
            # Functions that are pure would be answered from memory the second time.
            futures = self.client.map(function, items, *([value] * len(items) for value in rest), pure=False)
            yield from self.client.gather(futures)


def require(value, wanted):
    if value != wanted:
        raise ValueError(f"the results are wrong: {value}")


if __name__ == "__main__":
    turns.serve(Dask)
