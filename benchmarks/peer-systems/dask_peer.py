"""Dask as a contestant: a scheduler, three workers with two threads each, and this process as the client.

Takes a directory for logs. Is told its turns over standard input, as dev.atoll.benchmarks.contest.Turns
describes.
"""
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time

import distributed

WORKERS, SLOTS, WINDOW, WINDOW_BYTES = 3, 2, 10_000, 64 << 20
PR_SET_PDEATHSIG = 1


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


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(room, name, *command):
    log = open(os.path.join(room, name + ".log"), "w")
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=room, preexec_fn=end_with_parent)


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def start_all(room):
    address = f"tcp://127.0.0.1:{free_port()}"
    port = address.rsplit(":", 1)[1]
    servers = [start(room, "scheduler", "distributed.cli.dask_scheduler",
                     "--host", "127.0.0.1", "--port", port, "--no-dashboard")]
    for i in range(WORKERS):
        servers.append(start(room, f"worker-{i}", "distributed.cli.dask_worker", address,
                             "--host", "127.0.0.1", "--nthreads", str(SLOTS), "--no-nanny",
                             "--memory-limit", "512MiB", "--no-dashboard",
                             "--local-directory", os.path.join(room, f"worker-{i}")))
    client = distributed.Client(address, timeout=60)
    client.wait_for_workers(WORKERS, timeout=60)
    return client, servers


def in_windows(client, count, window, function, *rest):
    for begin in range(0, count, window):
        # Pure functions of arguments that were there before would be answered from memory.
        futures = client.map(function, range(begin, min(count, begin + window)),
                             *([value] * min(window, count - begin) for value in rest), pure=False)
        yield from client.gather(futures)


def require(value, wanted):
    if value != wanted:
        raise ValueError(f"the results are wrong: {value}")


def run(client, kind, count, *rest):
    if kind == "results":
        window = max(1, min(WINDOW, WINDOW_BYTES // rest[0]))
        require(sum(map(len, in_windows(client, count, window, make_bytes, *rest))), count * rest[0])
    else:
        function = {"tasks": nothing, "processes": process, "pauses": pause}[kind]
        require(sum(in_windows(client, count, WINDOW, function, *rest)), count * (count - 1) // 2)


def answer(client, servers, words):
    if words[0] == "pids":
        return " ".join(["pids", *(str(server.pid) for server in servers)])
    if words[1] == "command":
        return "cannot no command"
    nanos = []
    for _ in range(int(words[0])):
        begin = time.monotonic_ns()
        run(client, words[1], *map(int, words[2:]))
        nanos.append(str(time.monotonic_ns() - begin))
    return " ".join(["nanos", *nanos])


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # What libraries print is no answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    client, servers = start_all(sys.argv[1])
    try:
        print(f"ready Dask {distributed.__version__}: client.map and gather; nothing is on disk",
              file=answers, flush=True)
        for line in sys.stdin:
            try:
                print(answer(client, servers, line.split()), file=answers, flush=True)
            except Exception as e:
                print("failed", repr(e).splitlines()[0], file=answers, flush=True)
    finally:
        for server in reversed(servers):
            server.terminate()
        client.close(timeout=5)


if __name__ == "__main__":
    main()
