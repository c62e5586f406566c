"""The process that reads: it limits itself, then answers one file after the other over its standard input and output until either is closed.

Started by `child.py` as a module of its own, with an empty environment; it holds no key and no database. A request is a line of JSON ({"name", "size", "cpu"})
and the bytes; the answer a frame an arrival, and one that ends it: 8 bytes of length, then `A` and the arrival, `E` and nothing, or `F` and the error.
"""
from __future__ import annotations

import json
import os
import resource
import sys
from typing import BinaryIO

from charthouse.adapters.readers import known
from charthouse.record.carried import packed
from charthouse.record.errors import UnreadableDocument

_FORBIDDEN = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty",
                        "os.system", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree"})


def confine(memory: int, processes: int) -> None:
    """No core, no file written, no new privilege, few files open; memory as given; dies with its parent. Best effort: no network."""
    for which, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, 128),
                        (resource.RLIMIT_NPROC, processes)):
        resource.setrlimit(which, (most, most))
    import ctypes

    libc = ctypes.CDLL(None)
    libc.prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    if libc.unshare(0x40000000) != 0:  # CLONE_NEWNET, for who may; else in a namespace of users, where the kernel lets us
        libc.unshare(0x10000000 | 0x40000000)


def forbid() -> None:
    """What a reader has no business with raises; whoever escapes Python still has the limits of the kernel."""

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(f"{event} is not for readers")

    sys.addaudithook(audit)


def answer(source: BinaryIO, sink: BinaryIO) -> bool:
    """One request answered; False when there is none."""
    line = source.readline(1 << 16)
    if not line:
        return False
    asked = json.loads(line)
    content = source.read(asked["size"])
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + asked["cpu"] + 1, hard))
    try:
        for arrival in known.read(content, asked["name"]):
            _send(sink, b"A" + packed(arrival))
        _send(sink, b"E")
    except UnreadableDocument as error:
        _send(sink, b"F" + json.dumps({"code": error.code, "why": str(error.fields.get("why", ""))}).encode())
    except MemoryError:
        _send(sink, b"F" + json.dumps({"code": UnreadableDocument.code, "why": "it needs more memory than a file may use", "last": True}).encode())
        return False
    except Exception as error:
        _send(sink, b"F" + json.dumps({"code": UnreadableDocument.code, "why": f"its reader failed ({type(error).__name__})", "last": True}).encode())
        return False
    return True


def _send(sink: BinaryIO, frame: bytes) -> None:
    sink.write(len(frame).to_bytes(8, "big") + frame)
    sink.flush()


def main() -> None:
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    known.readers()
    confine(int(sys.argv[1]), int(sys.argv[2]))
    forbid()
    while answer(sys.stdin.buffer, sink):
        pass


if __name__ == "__main__":
    main()
