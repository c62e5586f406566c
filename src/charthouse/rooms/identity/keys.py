"""Under what a record is found in the index: two that are of one person share one of these, nearly always, and few others do."""
from __future__ import annotations

from charthouse.record.person import Person

# (letter, fields): a key is the letter and the fields, when all are known. The letter is stored: never give one another meaning.
_KEYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("a", ("birth", "family_sound")), ("b", ("birth", "given_sound")), ("c", ("both_sounds", "postcode")), ("d", ("birth", "postcode")), ("e", ("number",)), ("f", ("phone",)))


def keys(person: Person) -> tuple[str, ...]:
    """All keys of a person; none for one of whom nothing is known."""
    found = [f"{letter}:{'|'.join(said)}" for letter, fields in _KEYS if all(said := [getattr(person, f) for f in fields])]
    if person.both_sounds and len(person.birth) == 8:
        found.append(f"g:{person.both_sounds}|{person.birth[:4]}")
    return tuple(found)
