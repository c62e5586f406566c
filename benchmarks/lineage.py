"""Copy-forward lineage: time for each character over charts of 10 to 2,000 notes, each of which carries over most of the one before it.

    python benchmarks/lineage.py
"""
from __future__ import annotations

import random
from time import process_time

from charthouse.record.document import Document
from charthouse.rooms.chart.lineage import trace
from charthouse.rooms.intake import from_text

SIZES = (10, 50, 200, 500, 1_000, 2_000)
SENTENCES = 25


def notes(number: int) -> list[Document]:
    """Each note keeps about 80 of 100 sentences of the one before it, changes a word in some, and writes the others anew."""
    chance = random.Random(1)
    words = [f"{a}{b}{c}" for a in "bdfglmnprst" for b in "aeiou" for c in ("n", "ris", "tal", "mer", "cose", "vin")]

    def sentence() -> str:
        return " ".join(chance.choices(words, k=chance.randint(6, 18))).capitalize() + "."

    lines, out = [sentence() for _ in range(SENTENCES)], []
    for n in range(number):
        lines = [_edited(line, chance, words) if (dice := chance.random()) < 0.1 else sentence() if dice < 0.2 else line for line in lines]
        out.append(from_text("\n".join(lines), id=f"d{n}"))
    return out


def _edited(line: str, chance: random.Random, words: list[str]) -> str:
    parts = line.split()
    parts[chance.randrange(len(parts))] = chance.choice(words)
    return " ".join(parts)


def main() -> None:
    print(f"{'notes':>6} {'characters':>11} {'CPU s':>8} {'ns/char':>8} {'copied':>7}")
    for size in SIZES:
        made = notes(size)
        best = min(_timed(made) for _ in range(3 if size < 1_000 else 1))
        characters = sum(len(d.text) for d in made)
        share = trace(made[:50]).share
        print(f"{size:>6} {characters:>11} {best:>8.3f} {best / characters * 1e9:>8.0f} {sum(share.values()) / len(share):>6.0%}")


def _timed(made: list[Document]) -> float:
    begun = process_time()
    trace(made)
    return process_time() - begun


if __name__ == "__main__":
    main()
