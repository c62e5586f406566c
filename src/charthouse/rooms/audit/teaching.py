"""What a settled audit teaches: the agreed codes against what the engine had proposed, in the words of `charthouse learn`."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from charthouse.record.audit import Assigned
from charthouse.record.learning import Correction


def taught(engine: Sequence[Assigned], agreed: Sequence[Assigned], words: Mapping[str, str]) -> Iterator[Correction]:
    """ICD-10-CM only. `words`: by code the words of the record that speak for it, where they are known."""
    had, has = ([a.code for a in codes if a.system == "ICD-10-CM"] for codes in (engine, agreed))
    new = [code for code in has if code not in had]
    for code in had:
        near = next((other for other in new if other[:3] == code[:3]), "")
        if code in has:
            yield Correction(action="accept", code=code)
        elif near:
            new.remove(near)
            yield Correction(action="change", code=code, to=near, words=words.get(near, ""), reason="wrong specificity")
        else:
            yield Correction(action="remove", code=code, reason="other")
    for code in new:
        yield Correction(action="add", code=code, words=words.get(code, ""), reason="missed")
