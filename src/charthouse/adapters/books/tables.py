"""The small tables of the lexicon that are read as they are: attributes, triggers, headings, history, drugs."""
from __future__ import annotations

from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from charthouse.adapters.books.lexicon import expand
from charthouse.record.errors import BadLexicon


def rows(name: str, width: int) -> list[tuple[str, ...]]:
    """The rows of `lexicon/<name>.tsv`, each filled up to `width` columns. Raises `BadLexicon` naming the line."""
    path = Path(str(files("charthouse"))) / "lexicon" / f"{name}.tsv"
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [c.strip() for c in line.rstrip("\r").split("\t")]
        if len(columns) > width:
            raise BadLexicon(file=path.name, why=f"line {number} has {len(columns)} columns, at most {width} are known")
        out.append(tuple(columns + [""] * (width - len(columns))))
    return out


def two(name: str) -> list[tuple[str, str]]:
    """The rows of a table of two columns."""
    return [(a, b) for a, b in rows(name, 2)]


def four(name: str) -> list[tuple[str, str, str, str]]:
    """The rows of a table of four columns."""
    return [(a, b, c, d) for a, b, c, d in rows(name, 4)]


def expanded(name: str) -> list[tuple[str, str]]:
    """(phrase, code) of a table of two columns, braces written out."""
    return [(phrase, code) for term, code in rows(name, 2) for phrase in expand(term)]


def alternatives(name: str, width: int) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(the phrases of the first column, the other columns) of each row of a table."""
    return [(expand(first), tuple(rest)) for first, *rest in rows(name, width)]


def quiet_phrases() -> list[str]:
    """Phrases that look like findings and are none, braces written out."""
    return [phrase for (term,) in rows("quiet", 1) for phrase in expand(term)]


def digest() -> str:
    """What all small tables hold, in eight characters."""
    made = sha256()
    lexicon = Path(str(files("charthouse"))) / "lexicon"
    for path in sorted((*lexicon.glob("*.tsv"), *lexicon.glob("procedures/*.tsv"))):
        made.update(path.read_bytes())
    return made.hexdigest()[:8]
