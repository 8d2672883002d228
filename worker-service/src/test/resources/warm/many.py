"""A warm program of several slots for tests: the item says what a task does."""

import os
import queue
import sys
import threading

sys.path.insert(0, sys.argv[1])
import atoll_warm as warm

slots = int(sys.argv[2])
ahead = int(sys.argv[3])
answers = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
lock = threading.Lock()
waiting = queue.Queue()
begun = set()
given_back = set()
cancels = {}
setups = {}


def say(message):
    with lock:
        warm._write(answers, message)


def end(task, output=b"", failure=b""):
    message = warm._output(task, warm.STDOUT, output) if output else b""
    say(message + warm._bytes(3, warm._number(1, task.call) + failure))


def run(task):
    word, _, argument = task.item.decode().partition(" ")
    if word == "pid":
        end(task, str(os.getpid()).encode())
    elif word == "setup":
        end(task, task.setup)
    elif word == "fence":
        end(task, f"{task.job} {task.index} {task.attempt} {task.fence}".encode())
    elif word == "wait":
        say(warm._output(task, warm.STDOUT, b"waits"))
        cancels[task.call].wait()
        failure = warm._bytes(1, b"Cancelled") + warm._number(2, 9)
        end(task, failure=warm._bytes(2, failure))
    elif word == "hang":
        say(warm._output(task, warm.STDOUT, b"hangs"))
        threading.Event().wait()
    elif word == "grow":
        kept = bytearray(int(argument) << 20)
        kept[::4096] = b"x" * len(kept[::4096])
        threading.Event().wait()
    elif word == "exit":
        os.write(2, b"last words\n")
        os._exit(int(argument))
    elif word == "unknown":
        say(warm._bytes(3, warm._number(1, task.call + 1_000)))
    elif word == "half":
        mine = warm._bytes(3, warm._number(1, task.call))
        say(mine + warm._bytes(3, warm._number(1, task.call + 1_000)))
    elif word == "double":
        say(2 * warm._bytes(3, warm._number(1, task.call)))
    elif word == "twice":
        say(warm._bytes(1, warm._number(1, 1)))
    elif word == "garbage":
        with lock:
            answers.write(b"Hello, world!\n")
            answers.flush()


def work():
    while True:
        task = waiting.get()
        with lock:
            mine = task.call not in given_back
            if mine:
                begun.add(task.call)
        if mine:
            run(task)


def cancel(call, only_if_waiting):
    with lock:
        is_begun = call in begun
        if not is_begun:
            given_back.add(call)
    if not is_begun:
        say(warm._bytes(3, warm._number(1, call) + warm._number(3, 1)))
    elif not only_if_waiting:
        cancels[call].set()


say(warm._bytes(1, warm._number(1, 1) + warm._number(2, slots) + warm._number(3, ahead)))
for _ in range(slots):
    threading.Thread(target=work, daemon=True).start()
while True:
    frame = warm._read(sys.stdin.buffer)
    if frame is None:
        os._exit(0)
    for field, value in warm._fields(frame):
        if field == 1:
            stage = dict(warm._fields(value))
            setups[stage.get(1, 0)] = stage.get(2, b"")
        elif field == 2:
            task = warm.Task(dict(warm._fields(value)), setups)
            cancels[task.call] = threading.Event()
            waiting.put(task)
        elif field == 3:
            fields = dict(warm._fields(value))
            cancel(fields[1], fields.get(2, 0))
        elif field == 4:
            for stage in warm._numbers(value):
                del setups[stage]
