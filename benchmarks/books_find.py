"""How long a search in the book takes: median and slowest of a table of searches, warm, in milliseconds."""
from __future__ import annotations

import statistics
import time

from charthouse import bootstrap

WORDS = (
    "heart failure with preserved ejection fraction", "HFpEF", "heart attack", "diabtes with neuropaty", "HTN", "low back pain", "E11.2",
    "chest pain", "sepsis", "pneumonia", "fracture distal radius", "broken hip", "ckd stage 3b", "kidney stones", "acute apendicitis",
    "unspecified fall", "type 2 diabetes mellitus with diabetic chronic kidney disease", "fracture", "pain in right knee", "cough",
)  # fmt: skip
ROUNDS = 15


def main() -> None:
    book = bootstrap.codebook()
    taken = {}
    for words in WORDS:
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            book.find(words)
            times.append(1000 * (time.perf_counter() - start))
        taken[words] = statistics.median(times)
    slowest = max(taken, key=lambda w: taken[w])
    print(f"books find: {len(WORDS)} searches, median {statistics.median(taken.values()):.1f} ms, slowest {taken[slowest]:.1f} ms ({slowest})")


if __name__ == "__main__":
    main()
