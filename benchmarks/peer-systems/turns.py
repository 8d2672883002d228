"""Lets a contestant be told its turns over standard input, as dev.atoll.benchmarks.contest.Turns describes.

A contestant is an object with `about`, a list `servers` of what `start` gave, and a method for each kind of
turn that it can take.
"""
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1


def start(room, name, *command, **options):
    """Starts a server that ends with this process, however that ends; what it prints goes to a file."""
    log = open(os.path.join(room, name + ".log"), "w")
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=room,
                            preexec_fn=_end_with_parent, **options)


def _end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port():
    """A port of the loopback address that was free just now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def serve(make):
    """Makes the contestant in the directory that is the first argument, and serves until the input ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # What libraries print is no answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    os.makedirs(sys.argv[1], exist_ok=True)
    servers = []
    try:
        contestant = make(sys.argv[1], servers)
        print("ready", contestant.about, file=answers, flush=True)
        for line in sys.stdin:
            try:
                print(_answer(contestant, servers, line.split()), file=answers, flush=True)
            except Exception as e:
                print("failed", repr(e).splitlines()[0], file=answers, flush=True)
    finally:
        for server in reversed(servers):
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def _answer(contestant, servers, words):
    if words[0] == "pids":
        return " ".join(["pids", *(str(server.pid) for server in servers)])
    method = getattr(contestant, words[1], None)
    if method is None:
        return "cannot no " + words[1]
    nanos = []
    for _ in range(int(words[0])):
        begin = time.monotonic_ns()
        method(*map(int, words[2:]))
        nanos.append(str(time.monotonic_ns() - begin))
    return " ".join(["nanos", *nanos])
