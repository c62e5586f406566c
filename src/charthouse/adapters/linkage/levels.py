"""The comparisons of `rooms/identity/compare.py` in the words of DuckDB: for each comparison its levels in order, with their conditions."""
from __future__ import annotations

CLOSE, ALIKE = 0.92, 0.85
_OTHER = ("other", "ELSE")


def _name(field: str, other: str) -> tuple[tuple[str, str], ...]:
    near = f"jaro_winkler_similarity({field}_l, {field}_r)"
    return (("exact", f"{field}_l = {field}_r"), ("swapped", f"{field}_l = {other}_r OR {field}_r = {other}_l"), ("close", f"{near} >= {CLOSE}"),
            ("alike", f"{near} >= {ALIKE} OR {field}_sound_l = {field}_sound_r"), _OTHER)


def _alike(field: str) -> tuple[tuple[str, str], ...]:
    return (("exact", f"{field}_l = {field}_r"), ("alike", f"jaro_winkler_similarity({field}_l, {field}_r) >= {CLOSE}"), _OTHER)


def _slips(field: str) -> tuple[tuple[str, str], ...]:
    return (("exact", f"{field}_l = {field}_r"), ("one slip", f"damerau_levenshtein({field}_l, {field}_r) = 1"), _OTHER)


def _same(field: str) -> tuple[tuple[str, str], ...]:
    return (("exact", f"{field}_l = {field}_r"), _OTHER)


def missing(field: str) -> str:
    if field == "street":  # a line that stands in the other place is compared all the same
        return "(street_l IS NULL OR street_r IS NULL) AND NOT coalesce(street_l = place_r, false) AND NOT coalesce(street_r = place_l, false)"
    return f"{field}_l IS NULL OR {field}_r IS NULL"


_GIVEN = _name("given", "family")
_BIRTH = (("exact", "birth_l = birth_r"),
          ("day and month swapped", "birth_l[1:4] = birth_r[1:4] AND birth_l[5:6] = birth_r[7:8] AND birth_l[7:8] = birth_r[5:6]"),
          ("one slip", "damerau_levenshtein(birth_l, birth_r) = 1"), ("two slips", "damerau_levenshtein(birth_l, birth_r) = 2"), _OTHER)
_STREET = (*_alike("street")[:2], ("another line", "street_l = place_r OR street_r = place_l"), _OTHER)

COMPARISONS: dict[str, tuple[tuple[str, str], ...]] = {
    "given": (_GIVEN[0], ("initial", "(length(given_l) = 1 OR length(given_r) = 1) AND given_l[1] = given_r[1]"), *_GIVEN[1:]),
    "family": _name("family", "given"), "birth": _BIRTH, "sex": _same("sex"), "number": _slips("number"), "house": _slips("house"), "street": _STREET,
    "place": _alike("place"), "suburb": _alike("suburb"), "postcode": _slips("postcode"), "state": _same("state"), "phone": _same("phone")}
FREQUENT = frozenset({"given", "family", "street", "suburb", "postcode", "house"})  # agreeing on a rare value says more
# Pairs worth comparing: one of these must be alike. Each is narrow enough for files of a million.
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("number",), ("phone",), ("birth",), ("given", "family"), ("both_sounds", "birth_year"), ("both_sounds", "postcode"), ("both_sounds", "street_sound"), ("both_sounds", "suburb"),
    ("family_sound", "postcode"), ("given_sound", "postcode"), ("street_sound", "postcode"), ("street_sound", "suburb"), ("street_sound", "family_sound"), ("street_sound", "given_sound"),
    ("house", "street"), ("house", "postcode"), ("house", "suburb"), ("house", "family_sound"), ("place", "postcode"), ("place", "suburb"), ("suburb", "family_sound"), ("suburb", "given_sound"))
