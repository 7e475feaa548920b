"""Runs what a client is to show, one by one, and prints each with what was wrong with it."""

import asyncio
import inspect
import json
import struct
import sys
import time
import traceback
import wave
import zlib
from io import BytesIO
from pathlib import Path

_shows = []


def show(what):
    """Registers a function, also an asynchronous one, as what shows something."""

    def register(function):
        _shows.append((what, function))
        return function

    return register


def expect(held, said="it does not hold"):
    if not held:
        raise AssertionError(said)


def refused(kinds, call):
    """The error with which a call fails, of the kinds that the client documents."""
    try:
        call()
    except kinds as error:
        return error
    raise AssertionError("nothing was refused")


def until(ask, held, seconds=20):
    """Asks again and again until what is answered holds."""
    late = time.monotonic() + seconds
    while time.monotonic() < late:
        answer = ask()
        if held(answer):
            return answer
        time.sleep(0.2)
    raise AssertionError(f"it did not come to that: {answer}")


def _run(runner, what, function):
    line = {"shown": what}
    try:
        if inspect.iscoroutinefunction(function):
            runner.run(asyncio.wait_for(function(), 120))
        else:
            function()
    except Exception as error:  # Whatever the client raises is what was wrong.
        place = traceback.extract_tb(error.__traceback__)
        own = next((one for one in reversed(place) if Path(one.filename).name.startswith("drive")), place[-1])
        line["wrong"] = f"{type(error).__name__}: {str(error)[:400]} (line {own.lineno})"
    print(json.dumps(line), flush=True)


def run_all():
    wanted = sys.argv[1:]
    with asyncio.Runner() as runner:
        for what, function in _shows:
            if not wanted or what in wanted:
                _run(runner, what, function)


def silence(seconds=1):
    """A recording, as a file of WAV."""
    held = BytesIO()
    with wave.open(held, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(16_000)
        recording.writeframes(b"\0\0" * 16_000 * seconds)
    return held.getvalue()


def voice(ms, loud=True):
    """Bare sound of 24,000 samples a second in which somebody is heard, or nobody."""
    high, low = (struct.pack("<h", level) * 24 for level in ((9_000, -9_000) if loud else (0, 0)))
    return (high + low) * (ms // 2)


def square(side=64):
    """A picture, as a file of PNG."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + b"\xff\x80\x00" * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
