"""The weights of the master patient index (`rooms/identity/weights.tsv`), from an invented population.

`m` is how often a level is seen between two registrations of one person, `u` between those of two people drawn at random.
The people, and how often clerks and people err, are invented: RATES says how.
    python training/identity.py
"""
from __future__ import annotations

import random
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from charthouse.record.person import Person
from charthouse.rooms.identity import compare
from charthouse.rooms.identity.person import heard

PEOPLE, SEED = 20_000, 20260302
LEAST = 1e-5  # no chance is taken to be rarer: numbers are shared, copied and invented
OUT = Path(__file__).parents[1] / "src" / "charthouse" / "rooms" / "identity" / "weights.tsv"
RATES = {"given": 0.10, "family": 0.08, "birth": 0.04, "sex": 0.01, "number": 0.04, "house": 0.10, "street": 0.08, "place": 0.10, "suburb": 0.08, "postcode": 0.06,
         "state": 0.02, "phone": 0.05}  # of two registrations, how often a field is mistyped in one
MOVED, MARRIED, SWAPPED, INITIAL, NEW_PHONE, ELSEWHERE, WRONG_BIRTH = 0.12, 0.04, 0.01, 0.02, 0.20, 0.03, 0.005
_BEGIN = ("b", "br", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "st", "t", "th", "v", "w", "")
_MIDDLE, _END = ("a", "e", "i", "o", "u", "ai", "ee"), ("n", "r", "l", "s", "t", "m", "nd", "rd", "ck", "")


def words(chance: random.Random, number: int) -> list[str]:
    made = {"".join(chance.choice(part) for _ in range(chance.choice((1, 2, 2, 3))) for part in (_BEGIN, _MIDDLE, _END)) for _ in range(number * 2)}
    return sorted(w for w in made if len(w) > 2)[:number]


def population(chance: random.Random) -> list[Person]:
    """Names as unevenly frequent as names are (Zipf)."""
    given, family, street, place, suburb = (words(chance, n) for n in (800, 5000, 3000, 2000, 600))
    def pick(of: list[str], power: float) -> str:
        return of[min(len(of) - 1, int(len(of) * chance.random() ** power))]
    chosen = [list(w) for w in (given, family)]
    for w in chosen:
        chance.shuffle(w)
    people = []
    for n in range(PEOPLE):
        town = pick(suburb, 1.5)
        people.append(heard(Person(
            id=str(n), given=pick(chosen[0], 2.5), family=pick(chosen[1], 2), birth=f"{chance.randint(1930, 2024)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}",
            sex=chance.choice("fm"), number="".join(chance.choices(string.digits, k=9)), house=str(int(1 + 200 * chance.random() ** 2)), street=pick(street, 1.3), place=pick(place, 1.2),
            suburb=town, postcode=f"{10000 + hash_of(town):05}", state="abcdefgh"[hash_of(town) % 8], phone="".join(chance.choices(string.digits, k=10)))))
    return people


def hash_of(word: str) -> int:
    return sum(ord(c) * 31**n for n, c in enumerate(word)) % 80_000


def again(person: Person, others: list[Person], chance: random.Random) -> Person:
    """The same person registered once more."""
    said = {f: getattr(person, f) for f in RATES}
    if chance.random() < MOVED:
        other = chance.choice(others)
        said |= {f: getattr(other, f) for f in ("house", "street", "place", "suburb", "postcode")}
    said["family"] = chance.choice(others).family if chance.random() < MARRIED else said["family"]
    said["phone"] = "".join(chance.choices(string.digits, k=10)) if chance.random() < NEW_PHONE else said["phone"]
    said["birth"] = chance.choice(others).birth if chance.random() < WRONG_BIRTH else said["birth"]
    said["given"] = said["given"][0] if chance.random() < INITIAL else said["given"]
    for field, rate in RATES.items():
        if chance.random() < rate:
            said[field] = slip(said[field], chance) if field != "sex" else "fm"[said[field] == "f"]
    if chance.random() < SWAPPED:
        said["given"], said["family"] = said["family"], said["given"]
    if chance.random() < ELSEWHERE:
        said["street"], said["place"] = said["place"], said["street"]
    return heard(replace(person, **said))


def slip(text: str, chance: random.Random) -> str:
    """One mistake of the hand; of a date sometimes day and month swapped; sometimes two."""
    if text.isdigit() and len(text) == 8 and chance.random() < 0.2:
        return text[:4] + text[6:] + text[4:6]
    for _ in range(chance.choice((1, 1, 1, 2))):
        at = chance.randrange(len(text)) if text else 0
        letters = string.digits if text.isdigit() else string.ascii_lowercase
        kind = chance.random()
        if kind < 0.25 and at > 0:
            text = text[:at - 1] + text[at] + text[at - 1] + text[at + 1:]
        elif kind < 0.5 and len(text) > 2 and not text.isdigit():
            text = text[:at] + text[at + 1:]
        else:
            text = text[:at] + chance.choice(letters) + text[at + 1:]
    return text


def met(people: list[Person], chance: random.Random) -> Iterator[tuple[Person, Person]]:
    """Two different people at random, one of them as mistyped as any."""
    for _ in range(150_000):
        a, b = chance.sample(people, 2)
        yield a, again(b, people, chance)


def shares(pairs: Iterator[tuple[Person, Person]]) -> dict[tuple[str, str], float]:
    counted, whole = Counter[tuple[str, str]](), Counter[str]()
    for a, b in pairs:
        for name, level in compare.levels(a, b).items():
            if level:
                counted[name, level] += 1
                whole[name] += 1
    return {(name, level): (n + 0.5) / whole[name] for (name, level), n in counted.items()}


def main() -> None:
    chance = random.Random(SEED)
    people = population(chance)
    m = shares((p, again(p, people, chance)) for p in people for _ in range(2))
    u = shares(met(people, chance))
    lines = ["# How often a level of agreement is seen: m between two registrations of one person, u between those of two. Made by training/identity.py.", "# comparison\tlevel\tm\tu"]
    for name in compare.COMPARISONS:
        found = sorted({level for of in (m, u) for c, level in of if c == name}, key=lambda level: -m.get((name, level), 0) / u.get((name, level), LEAST))
        lines += [f"{name}\t{level}\t{min(1, max(LEAST, m.get((name, level), LEAST))):.6f}\t{min(1, max(LEAST, u.get((name, level), LEAST))):.6f}" for level in found]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
