"""What a finished chart teaches: the person's decisions as corrections, in the words of `charthouse learn`."""
from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from charthouse.record.learning import Correction, Reason
from charthouse.rooms.deciding.fold import Decided


def corrections(decided: Decided, texts: dict[str, str]) -> Iterator[Correction]:
    """ICD-10-CM only. `texts` are those of the documents, by id: the words that were selected stand there."""
    for line in (*decided.codes, *decided.left_off):
        if line.system != "ICD-10-CM" or not line.decision:
            continue
        words = texts.get(line.span[0], "")[line.span[1]:line.span[2]] if line.span else ""
        if line.decision == "rejected" and line.engine and line.engine.get("status") != "suppressed":
            yield Correction(action="remove", code=line.engine["code"], reason=cast(Reason, line.reason))
        elif line.decision == "changed":
            yield Correction(action="change", code=line.proposed, to=line.code, words=words)
        elif line.decision == "added":
            yield Correction(action="add", code=line.code, words=words, reason="missed")
        elif line.decision == "accepted":
            yield Correction(action="accept", code=line.code)
