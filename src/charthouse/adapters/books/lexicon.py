"""The lexicon's tables (`lexicon/terms/*.tsv`): how clinicians say it, with braces and brackets written out.

A line is `term<TAB>target[<TAB>flags]`. `{a|b}` are alternatives, `[a]` may be left out; a line may stand for at most
`MAX_EXPANSION` phrases. Out: (phrase, target, source) with source "lexicon" or "lexicon:flag,flag".
"""
from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import charthouse.lexicon
from charthouse.record.errors import BadLexicon

MAX_EXPANSION = 64
PART = re.compile(r"(\{[^{}\[\]]*\}|\[[^{}\[\]]*\])")
ONE_TARGET = r"[A-Z][0-9A][0-9A-Z](?:\.[0-9A-Z]{1,4})?(?:=[A-Z][0-9A][0-9A-Z](?:\.[0-9A-Z]{1,4})?)?"
TARGET = re.compile(rf"{ONE_TARGET}(?: \+ {ONE_TARGET})*")


def tables() -> tuple[Path, ...]:
    """The tables that ship with Charthouse, in the order of their names."""
    return tuple(sorted((Path(charthouse.lexicon.__file__).parent / "terms").glob("*.tsv")))


def phrases(paths: tuple[Path, ...]) -> Iterator[tuple[str, str, str]]:
    """All phrases of all tables. Raises `BadLexicon` for a malformed line or one phrase with two targets."""
    seen: dict[str, tuple[str, str]] = {}
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                yield from _of_line(line.rstrip("\r"), path.name, number, seen)


def _of_line(line: str, file: str, number: int, seen: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    columns = [c.strip() for c in line.split("\t")]
    if len(columns) not in (2, 3) or not TARGET.fullmatch(columns[1]):
        raise BadLexicon(file=file, why=f"line {number} is not `term<TAB>target[<TAB>flags]` with a well-formed target")
    target, flags = columns[1], ",".join(sorted(f.strip() for f in columns[2].split(",") if f.strip())) if len(columns) == 3 else ""
    for phrase in expand(columns[0], file=file, number=number):
        key = phrase if "case" in flags.split(",") else phrase.lower()
        if key in seen:
            if seen[key][0] != target:
                raise BadLexicon(file=file, why=f"line {number}: {phrase!r} leads to {target}, but to {seen[key][0]} in {seen[key][1]}")
            continue
        seen[key] = (target, f"{file} line {number}")
        yield phrase, target, f"lexicon:{flags}" if flags else "lexicon"


def expand(term: str, *, file: str = "term", number: int = 1) -> tuple[str, ...]:
    """`{kidney|renal} stone` -> ("kidney stone", "renal stone"), each once, in order."""
    choices = [_choices(part) for part in PART.split(term)]
    size = 1
    for choice in choices:
        size *= len(choice)
    if size > MAX_EXPANSION:
        raise BadLexicon(file=file, why=f"line {number} stands for {size} phrases; at most {MAX_EXPANSION} are taken")
    made = tuple(dict.fromkeys(" ".join("".join(combination).split()) for combination in itertools.product(*choices)))
    if not all(made) or any(c in phrase for phrase in made for c in "{}[]"):
        raise BadLexicon(file=file, why=f"line {number}: braces or brackets do not match, or nothing is left of the term")
    return made


def _choices(part: str) -> tuple[str, ...]:
    if part.startswith("{"):
        return tuple(part[1:-1].split("|"))
    if part.startswith("["):
        return ("", *part[1:-1].split("|"))
    return (part,)
