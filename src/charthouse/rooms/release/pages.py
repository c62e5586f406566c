"""What must be painted on pages, and whether anything of it is left: from what several readers saw of them, which may each have seen it a little otherwise."""
from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from charthouse.record.release import Painted, Removal
from charthouse.rooms.release.known import flat
from charthouse.rooms.release.names import Names, kind
from charthouse.rooms.release.redact import CITATION, removals

Box = tuple[float, float, float, float]
Source = Mapping[str, Any]
Secret = tuple[str, ...]  # the words of it, spelled alike
MARGIN = 0.1  # of a line's height, painted around a box
LONG, DIGITS = 7, 6  # letters from which one may be misread; digits that are looked for through blanks
ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b", "2": "z", "!": "l"})


def boxes(sources: Sequence[Source], known: Mapping[str, Any], tables: Names) -> tuple[tuple[Painted, ...], frozenset[Secret]]:
    """What to paint, and the secrets that must not be read any more. What one reader found is looked for in what every other saw."""
    found: list[Painted] = []
    secrets: set[Secret] = set()
    reasons: dict[Secret, Removal] = {}
    for s in sources:
        if s["reader"] == "barcode":
            found += [Painted(page=s["page"], box=box, kind="ID", rule="release/barcode", citation=CITATION + "(R)", reader=s["reader"]) for _, _, box in s["words"]]
            continue
        for r in removals(s["text"], known, tables):
            found += _on(s, r)
            for secret in secrets_of(s["text"][r.start:r.end], r.kind, tables):
                secrets.add(secret)
                reasons.setdefault(secret, r)
    return merged([*found, *again(sources, secrets, reasons)]), frozenset(secrets)


def again(sources: Sequence[Source], secrets: Iterable[Secret], reasons: Mapping[Secret, Removal] | None = None) -> list[Painted]:
    """Wherever a secret stands in what a reader saw."""
    found = []
    for s in sources:
        for secret, places in _found(s, secrets):
            why = (reasons or {}).get(secret)
            found += [Painted(page=s["page"], box=box, kind=why.kind if why else "ID", rule=why.rule if why else "release/again", citation=why.citation if why else CITATION, reader=s["reader"]) for box in places]
    return found


def leaks(sources: Sequence[Source], secrets: Iterable[Secret]) -> tuple[tuple[int, str], ...]:
    """(page, reader) of each place where a secret can still be read, and of each thing that a file of pixels does not have; page 0 is the file itself. Nothing of the secret is told."""
    all_ = tuple(secrets)
    found = [(s["page"], s["reader"]) for s in sources if s["reader"] not in ("signs", "barcode", "file") and next(_found(s, all_), None)]
    for s in sources:
        if s["reader"] == "file":
            squeezed = _squeezed(s["text"])
            found += [(0, "file")] * any(len(joined) >= DIGITS and joined in squeezed for joined in ("".join(secret) for secret in all_))
        elif s["reader"] == "signs":
            found += [(0, sign) for sign in s["text"].split("\n") if sign]
        elif s["reader"] in ("text layer", "comments") and s["text"].strip():
            found.append((s["page"], s["reader"]))
    return tuple(dict.fromkeys(found))


def secrets_of(text: str, of: str, tables: Names) -> Iterator[Secret]:
    """The words of a removal; of a name also each word that is no ordinary one."""
    words = tuple(filter(None, map(spelled, text.split())))
    whole = "".join(words)
    if (len(words) > 1 or len(whole) >= 4 or (len(whole) == 3 and of == "NAME")) and (len(words) > 1 or _rare(words[0], of, tables)):
        yield words
    if of == "NAME":
        yield from ((w,) for w in words if len(w) > 2 and _rare(w, of, tables))


def known_secrets(known: Mapping[str, Any], tables: Names) -> frozenset[Secret]:
    """What is known of the patient and others: none of it may be read, whether a reader saw it at first or not."""
    found: set[Secret] = set()
    for field, value in flat("", known):
        found.update(secrets_of(value, "NAME" if "name" in field.lower() else "ID", tables))
    return frozenset(found)


def _rare(word: str, of: str, tables: Names) -> bool:
    return any(c.isdigit() for c in word) or kind(word, tables) not in "cmw"


def spelled(word: str) -> str:
    """Small letters and digits alone, accents off."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", word).casefold())


def _found(s: Source, secrets: Iterable[Secret]) -> Iterator[tuple[Secret, list[Box]]]:
    placed: list[tuple[str, Box]] = [(spelled(s["text"][a:b]), tuple(box)) for a, b, box in s["words"]] if s["words"] else [(spelled(w), (0.0, 0.0, 0.0, 0.0)) for w in s["text"].split()]
    placed = [(w, box) for w, box in placed if w]
    words = [w for w, _ in placed]
    first: dict[str, list[int]] = defaultdict(list)
    for n, w in enumerate(words):
        first[w.translate(ALIKE)[:1]].append(n)
    runs = _digit_runs(words)
    for secret in secrets:
        at = [n for n in first.get(secret[0].translate(ALIKE)[:1], ()) if _stands(words, n, secret)] if len(secret) > 1 else [n for n, w in enumerate(words) if _same(w, secret[0]) or (len(secret[0]) >= LONG and secret[0] in w)]
        boxes_ = [placed[k][1] for n in at for k in range(n, n + len(secret))]
        joined = "".join(secret)
        if joined.isdigit() and len(joined) >= DIGITS:
            boxes_ += [placed[k][1] for text, spans in runs for start in _starts(text, joined) for k in spans[start:start + len(joined)]]
        if boxes_:
            yield secret, list(dict.fromkeys(boxes_))


def _stands(words: Sequence[str], n: int, secret: Secret) -> bool:
    return n + len(secret) <= len(words) and all(_same(words[n + k], secret[k]) for k in range(len(secret)))


def _same(seen: str, said: str) -> bool:
    """Read alike, or a letter off in a long word."""
    if seen == said:
        return True
    if abs(len(seen) - len(said)) > 1:
        return False
    a, b = seen.translate(ALIKE), said.translate(ALIKE)
    return (a == b and len(said) > 2) or (len(said) >= LONG and _one_off(a, b))


def _one_off(a: str, b: str) -> bool:
    """One letter more, less or other."""
    k = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[k + 1:] == b[k + 1:] or a[k:] == b[k + 1:] or a[k + 1:] == b[k:]


def _digit_runs(words: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Words of digits that follow each other, joined: (digits, which word each is of)."""
    runs: list[tuple[str, list[int]]] = []
    text = ""
    of: list[int] = []
    for n, w in enumerate([*words, ""]):
        if w.isdigit():
            text, of = text + w, of + [n] * len(w)
        elif text:
            runs.append((text, of))
            text, of = "", []
    return runs


def _starts(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _on(s: Source, r: Removal) -> Iterator[Painted]:
    """The boxes of the words of a removal; those that follow each other on a line are one."""
    last: Box | None = None
    for a, b, box in s["words"]:
        if a < r.end and r.start < b:
            here: Box = tuple(box)
            if last and abs(here[1] - last[1]) < (last[3] - last[1]) * 0.6 and 0 <= here[0] - last[2] < (last[3] - last[1]) * 2:
                here = (last[0], min(last[1], here[1]), here[2], max(last[3], here[3]))
            elif last:
                yield _painted(s, r, last)
            last = here
    if last:
        yield _painted(s, r, last)


def _painted(s: Source, r: Removal, box: Box) -> Painted:
    return Painted(page=s["page"], box=box, kind=r.kind, rule=r.rule, citation=r.citation, reader=s["reader"])


def merged(found: Iterable[Painted]) -> tuple[Painted, ...]:
    """With their margins; of several in one place the largest stands for all."""
    by: dict[int, list[Painted]] = defaultdict(list)
    for p in sorted(found, key=lambda p: (p.page, -(p.box[2] - p.box[0]) * (p.box[3] - p.box[1]))):
        wide = _wide(p)
        if not any(k.box[0] <= wide.box[0] and k.box[1] <= wide.box[1] and wide.box[2] <= k.box[2] and wide.box[3] <= k.box[3] for k in by[p.page]):
            by[p.page].append(wide)
    return tuple(p for page in sorted(by) for p in sorted(by[page], key=lambda p: (p.box[1], p.box[0])))


def _wide(p: Painted) -> Painted:
    by = MARGIN * (p.box[3] - p.box[1])
    left, top, right, bottom = p.box
    return Painted(page=p.page, box=(round(max(left - by * 0.77, 0), 5), round(max(top - by, 0), 5), round(min(right + by * 0.77, 1), 5), round(min(bottom + by, 1), 5)), kind=p.kind, rule=p.rule, citation=p.citation, reader=p.reader)
