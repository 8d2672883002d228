"""The loop of a warm program for Atoll, with nothing but the standard library.

    import atoll_warm
    atoll_warm.run(lambda task: b"result of " + task.item)

What is said over standard input and output is the contract atoll.warm.v1
(proto/src/main/protobuf/atoll/warm/v1/warm.proto). Of protobuf it needs numbers and bytes only, so
they are read and written here by hand.
"""

import os
import sys
import traceback

PROTOCOL_VERSION = 1
STDOUT, STDERR = 1, 2
PIECE_BYTES = 1 << 20


class Task:
    """One task: item and setup (bytes), job, stage, index, attempt (int), fence (str)."""

    def __init__(self, fields, setups):
        self.call = fields.get(1, 0)
        self.setup = setups.get(fields.get(2, 0), b"")
        self.job = fields.get(3, 0)
        self.index = fields.get(4, 0)
        self.attempt = fields.get(5, 0)
        self.fence = fields.get(6, b"").decode()
        self.item = fields.get(7, b"")
        self.stage = fields.get(8, 0)


class TaskFailed(Exception):
    """Raised by a function to fail its task with words and an exit code of its own."""

    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code


def run(function):
    """Takes tasks until there are no more. What the function gives back, bytes or str, is the
    task's output; what it raises fails the task."""
    requests = sys.stdin.buffer
    # Whatever is printed must not come between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    setups = {}
    # What is submitted within a task is its child: "JOB/STAGE.INDEX@CLUSTER".
    cluster = os.environ.get("ATOLL_PARENT", "")
    _write(answers, _bytes(1, _number(1, PROTOCOL_VERSION) + _number(2, 1)))
    while True:
        frame = _read(requests)
        if frame is None:
            return
        for field, value in _fields(frame):
            if field == 1:
                stage = dict(_fields(value))
                setups[stage.get(1, 0)] = stage.get(2, b"")
            elif field == 2:
                task = Task(dict(_fields(value)), setups)
                if cluster.startswith("@"):
                    task_name = f"{task.job}/{task.stage}.{task.index}"
                    os.environ["ATOLL_PARENT"] = task_name + cluster
                for message in _answer(function, task):
                    _write(answers, message)
            elif field == 4:
                for stage in _numbers(value):
                    setups.pop(stage, None)
            # A cancel (3) comes too late here: there is one task at a time, and it is over.


def _answer(function, task):
    """What is said of a task: frames of a megabyte, the last one with its result."""
    stream, failure = STDOUT, b""
    try:
        output = function(task)
        if isinstance(output, str):
            output = output.encode()
    except Exception as raised:
        stream, output = STDERR, traceback.format_exc().encode()
        code = raised.code if isinstance(raised, TaskFailed) else 1
        failure = _bytes(2, _bytes(1, type(raised).__name__.encode()) + _number(2, code))
    sys.stdout.flush()
    sys.stderr.flush()
    output = output or b""
    while len(output) > PIECE_BYTES:
        yield _output(task, stream, output[:PIECE_BYTES])
        output = output[PIECE_BYTES:]
    yield _output(task, stream, output) + _bytes(3, _number(1, task.call) + failure)


def _output(task, stream, data):
    return _bytes(2, _number(1, task.call) + _bytes(2, data) + _number(3, stream))


# ---- frames: four bytes of length, the most significant first, and a message


def _read(stream):
    head = stream.read(4)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "big")
    frame = stream.read(length)
    return frame if len(frame) == length else None


def _write(stream, message):
    stream.write(len(message).to_bytes(4, "big") + message)
    stream.flush()


# ---- as much of protobuf as the contract needs


def _number(field, value):
    return _varint(field << 3) + _varint(value)


def _bytes(field, value):
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _fields(message):
    """The fields of a message in their order: (number, int or bytes)."""
    at = 0
    while at < len(message):
        key, at = _take_varint(message, at)
        if key & 7 == 0:
            value, at = _take_varint(message, at)
        elif key & 7 == 2:
            length, at = _take_varint(message, at)
            value, at = message[at : at + length], at + length
        else:
            raise ValueError("a field of a kind that the contract does not have")
        yield key >> 3, value


def _numbers(packed):
    at = 0
    while at < len(packed):
        value, at = _take_varint(packed, at)
        yield value


def _take_varint(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
