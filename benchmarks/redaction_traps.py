"""500 PDF files that hide what tells whose they are, redacted by their pixels: how many are given, whether anything leaks from those, and how much else is lost.

The judge is independent of the product: it reads what is given with PDFium, with Tesseract at 250 dots an inch, and as bytes, and looks for each planted secret. Over-redaction: words of the lines that tell nothing of anybody which the judge no longer reads, of those that it reads in the file drawn
without boxes.

    python benchmarks/redaction_traps.py [--files 500] [--first 0]
"""
from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    from charthouse.bootstrap.redaction import InChildren
    from charthouse.flow.redacting import pages
    from charthouse.record.errors import NotRedacted
    from trap_pdfs import KINDS, trap

    kinds = list(KINDS)
    given, blocked, leaked = Counter[str](), Counter[str](), Counter[str]()
    kept = lost = 0
    seconds = []
    for n in range(asked.first, asked.first + asked.files):
        t = trap(kinds[n % len(kinds)], n)
        begun = time.perf_counter()
        try:
            pdf, _ = pages(t.content, "trap.pdf", t.known, (), InChildren())
        except NotRedacted as error:
            blocked[t.kind] += 1
            print(n, t.kind, "blocked:", error.fields["where"], flush=True)
            continue
        seconds.append(time.perf_counter() - begun)
        given[t.kind] += 1
        words = read(pdf)
        squeezed = re.sub(r"[^a-z0-9]", "", (words + pdf.decode("latin-1")).lower())
        found = [s for s in t.secrets if (_bare := re.sub(r"[^a-z0-9]", "", s.lower())) in squeezed]
        if found:
            leaked[t.kind] += 1
            print(n, t.kind, "LEAKED", len(found), flush=True)
        seen = set(re.findall(r"[a-z]{3,}", words.lower()))
        wanted = [w for row in t.plain for w in re.findall(r"[a-z]{3,}", row.lower())]
        kept += sum(w in seen for w in wanted)
        lost += sum(w not in seen for w in wanted)
    total = sum(given.values()) + sum(blocked.values())
    print(f"{total} files: {sum(given.values())} given, {sum(blocked.values())} blocked {dict(blocked)}, {sum(leaked.values())} leaked {dict(leaked)}")
    print(f"words that tell nothing: {kept} read, {lost} not ({100 * lost / max(kept + lost, 1):.1f}%); {statistics.median(seconds):.1f} s a file, median")


def read(pdf: bytes) -> str:
    """Every page by PDFium and by Tesseract."""
    import pypdfium2
    from PIL import ImageOps

    from charthouse.adapters.engines.ocr_tesseract import Tesseract
    from charthouse.ports.ocr import Picture

    engine, said = Tesseract(), []
    for page in pypdfium2.PdfDocument(pdf):
        said.append(page.get_textpage().get_text_bounded())
        image = page.render(scale=250 / 72).to_pil().convert("L")
        turn = engine.turn(Picture(width=image.width, height=image.height, pixels=image.tobytes()))
        upright = ImageOps.autocontrast(image.rotate(-turn, expand=True))
        said += [" ".join(w.text for w in engine.read(Picture(width=upright.width, height=upright.height, pixels=upright.tobytes())))]
    return "\n".join(said)


if __name__ == "__main__":
    main()
