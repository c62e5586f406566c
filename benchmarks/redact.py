"""How long it takes to redact the sample charts: milliseconds for a thousand words, median of rounds, and to read the tables once."""
from __future__ import annotations

import statistics
import time
from pathlib import Path

from charthouse.flow.redacting import removals, tables

ROUNDS = 7


def main() -> None:
    begun = time.perf_counter()
    tables()
    print(f"tables read in {(time.perf_counter() - begun) * 1000:.0f} ms")
    texts = [file.read_text(encoding="utf-8") for file in sorted((Path(__file__).parents[1] / "samples").glob("*/*.txt"))]
    words = sum(len(text.split()) for text in texts)
    rounds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for text in texts:
            removals(text)
        rounds.append((time.perf_counter() - begun) * 1000)
    print(f"{statistics.median(rounds) / words * 1000:.0f} ms a thousand words ({len(texts)} documents, {words} words)")


if __name__ == "__main__":
    main()
