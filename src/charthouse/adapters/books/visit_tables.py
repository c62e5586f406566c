"""The tables of a visit (`lexicon/services.tsv`, `medicines.tsv`, `hcpcs_*.tsv`, `evaluation_*.tsv`), read into plain rows."""
from __future__ import annotations

import re
from collections.abc import Iterator

from charthouse.adapters.books import tables

Row = tuple[str, str, str, str]
_RANGE = re.compile(r"([A-Z]\d{0,2}\.?)(\d+)-\1(\d+)|([A-Z])(\d\d)-\4(\d\d)")


def phrases() -> list[Row]:
    """(phrase, class, name, flags) of everything that is read of a visit. A drug's name is the first of its names in the table of
    drugs; a medicine that is not in it is called as it is written."""
    named = _drug_names()
    out: list[Row] = [(phrase, sort, name, flags) for words, (sort, name, flags) in tables.alternatives("services", 4) for phrase in words]
    out += [(phrase, "service", words[0], "") for words, _ in tables.alternatives("hcpcs_services", 7) for phrase in words]
    medicines = [phrase for table, width in (("hcpcs_drugs", 5), ("medicines", 3), ("status_of_drug", 2)) for words, _ in tables.alternatives(table, width) for phrase in words]
    out += [(phrase, "medicine", named.get(phrase, phrase), "") for phrase in dict.fromkeys(medicines)]
    return list({row[0].lower() if not row[3] else row[0]: row for row in reversed(out)}.values())[::-1]


def _drug_names() -> dict[str, str]:
    return {phrase: words[0] for words, _ in tables.alternatives("hcpcs_drugs", 5) for phrase in words}


def medicines() -> dict[str, tuple[str, float | None]]:
    """Name -> (class, strength in mg up to which it is sold without a prescription)."""
    named = _drug_names()
    return {named.get(phrase, phrase): (sort, float(strength) if strength else None) for words, (sort, strength) in tables.alternatives("medicines", 3) for phrase in words}


def drugs() -> dict[str, tuple[str, float, str, str]]:
    """Name -> (code, amount of one unit, its measure, how it is given)."""
    return {words[0]: (code, float(amount), measure, how) for words, (code, amount, measure, how) in tables.alternatives("hcpcs_drugs", 5)}


def services() -> Iterator[tuple[str, str, str, str, tuple[int, int] | None, int, str]]:
    """(name, code, act, sex, ages, least minutes, citation) of each supply or service."""
    for words, (code, act, sex, ages, minutes, citation) in tables.alternatives("hcpcs_services", 7):
        low, _, high = ages.partition("-")
        yield words[0], code, act, sex, (int(low), int(high or 199)) if ages else None, int(minutes or 0), citation


def natures() -> dict[str, str]:
    """Code prefix -> kind of problem; ranges written out. Of two lines for one prefix the later counts."""
    return {prefix: nature for places, nature in tables.rows("evaluation_problems", 2) for place in places.split() for prefix in _prefixes(place)}


def _prefixes(place: str) -> list[str]:
    found = _RANGE.fullmatch(place)
    if found is None:
        return [place]
    stem, low, high = (found[4], found[5], found[6]) if found[4] else (found[1], found[2], found[3])
    return [f"{stem}{n:0{len(low)}d}" for n in range(int(low), int(high) + 1)]
