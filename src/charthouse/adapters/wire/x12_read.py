"""An X12 file from outside, read in a process of its own with limits: claims, remittances and acknowledgements.

The parent calls `read`; the child is this module, run. It reads the file from its standard input and answers with JSON, which the parent makes nouns of again.
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from charthouse.adapters.wire import x12, x12_835, x12_837, x12_ack
from charthouse.record.claim import Sent
from charthouse.record.errors import BadX12, CharthouseError, UnknownX12
from charthouse.record.remittance import ClaimAnswer, FileAnswer, Remittance

SECONDS, MEMORY = 120, 3 * 2**30
KEPT = ("PATH", "PYTHONPATH", "LANG")  # of the environment: the child holds no key
NOUNS: dict[str, Any] = {"837P": Sent, "837I": Sent, "835": Remittance, "999": tuple[FileAnswer, ...], "277CA": tuple[ClaimAnswer, ...]}


@dataclass(frozen=True, slots=True)
class Read:
    """What one transaction set of a file says: one of the four, and the segments that no field takes, as (number, name)."""

    kind: str
    what: Sent | Remittance | tuple[FileAnswer, ...] | tuple[ClaimAnswer, ...]
    unread: tuple[tuple[int, str], ...] = ()


def read(content: bytes) -> list[Read]:
    """Raises `BadX12`, `UnknownX12`."""
    from pydantic import TypeAdapter

    try:
        done = subprocess.run([sys.executable, "-m", __name__], input=content, capture_output=True, timeout=SECONDS, check=False, env={k: os.environ[k] for k in KEPT if k in os.environ})
    except subprocess.TimeoutExpired:
        raise BadX12(where="the file", why=f"it took more than {SECONDS} seconds to read") from None
    if done.returncode or not done.stdout:
        raise BadX12(where="the file", why="its reader was stopped: it needs more than a file may")
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise {"BadX12": BadX12, "UnknownX12": UnknownX12}[answer["error"]](**answer["said"])
    return [Read(kind=r["kind"], what=TypeAdapter(NOUNS[r["kind"]]).validate_python(r["what"]), unread=tuple((n, s) for n, s in r["unread"])) for r in answer["read"]]


def parsed(content: bytes) -> list[Read]:
    """The same in this process. Raises `BadX12`, `UnknownX12`."""
    return [_one(of) for of in x12.transactions(_text(content))]


def _one(of: x12.Transaction) -> Read:
    match of.kind, of.version[:10]:
        case "837", "005010X222" | "005010X223":
            taken = x12_837.read(of)
            return Read("837P" if taken.sent.form == "professional" else "837I", taken.sent, tuple((s.number, s.name) for s in taken.unread))
        case "835", "005010X221":
            remit, unread = x12_835.read(of)
            return Read("835", remit, tuple((s.number, s.name) for s in unread))
        case "999", "005010X231":
            return Read("999", x12_ack.file_answers(of))
        case "277", "005010X214":
            return Read("277CA", x12_ack.claim_answers(of))
        case _:
            raise UnknownX12(kind=of.kind, version=of.version)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def main() -> int:
    from pydantic import TypeAdapter

    from charthouse.adapters.readers.confined import confine, forbid

    content = sys.stdin.buffer.read()
    adapters = {kind: TypeAdapter(noun) for kind, noun in NOUNS.items()}
    confine(MEMORY, SECONDS)
    forbid()
    try:
        answer: dict[str, Any] = {"read": [{"kind": r.kind, "what": adapters[r.kind].dump_python(r.what, mode="json"), "unread": r.unread} for r in parsed(content)]}
    except CharthouseError as error:
        answer = {"error": type(error).__name__, "said": error.fields}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
