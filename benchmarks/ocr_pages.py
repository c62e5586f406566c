"""Word recall of the two OCR engines together and of each alone, on pages rendered from the Word files of ClinOCR-Bench.

    python benchmarks/ocr_pages.py                            renders (needs LibreOffice), reads, prints the table
    python benchmarks/ocr_pages.py --kinds normal tables --templates 1 9 --engines both
    python benchmarks/ocr_pages.py --render FOLDER            only renders: FOLDER/KIND/images and FOLDER/KIND/truths

Each page is rendered at 200 dots an inch, laid 1 degree askew, with light noise. The data lies in `../shared/data` beside the project
(or where CHARTHOUSE_PUBLIC_DATA says) and is never copied into it. The fonts of the handwriting pages are not free to ship: `--hand FONT`
names one that is installed in their place (fonts-breip and fonts-femkeklaver of Debian look like a hand).
"""
from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent
DATA = Path(os.environ.get("CHARTHOUSE_PUBLIC_DATA") or HERE.parent / "shared" / "data") / "dev" / "clinocr-bench"
KINDS = {"normal": "original", "tables": "tables", "handwriting": "handwriting"}
HANDS = ("Rembank", "Over the Rainbow", "Homemade Apple")
DPI, SKEW, NOISE = 200, 1.0, 6.0


# -- pages ---------------------------------------------------------------------------------------------------------------------
def render(kind: str, templates: list[str], out: Path, hand: str) -> None:
    """Images named as their truths: STEM-1.png, STEM-2.png, and STEM.txt."""
    images, truths = out / kind / "images", out / kind / "truths"
    for folder in (images, truths):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    sources = [p for p in sorted((DATA / "samples" / KINDS[kind]).glob("*.docx")) if not templates or p.stem.split("_")[1] in templates]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf", "--outdir", folder, *map(str, sources)],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | fonts(Path(folder), hand))
        for n, source in enumerate(sources):
            stem = f"{source.stem}_{kind}"
            shutil.copyfile(DATA / "ground_truth" / kind / f"{stem}.txt", truths / f"{stem}.txt")
            draw(Path(folder) / f"{source.stem}.pdf", images / stem, n)


def fonts(folder: Path, hand: str) -> dict[str, str]:
    """The setting of fontconfig that puts `hand` in the place of the fonts that are not there."""
    if not hand:
        return {}
    rules = "".join(f"<alias binding='same'><family>{f}</family><prefer><family>{hand}</family></prefer></alias>" for f in HANDS)
    (folder / "fonts.conf").write_text(f"<?xml version='1.0'?><fontconfig><include>/etc/fonts/fonts.conf</include>{rules}</fontconfig>", encoding="utf-8")
    return {"FONTCONFIG_FILE": str(folder / "fonts.conf")}


def draw(pdf: Path, stem: Path, seed: int) -> None:
    import numpy as np
    import pypdfium2
    from PIL import Image

    chance = np.random.default_rng(seed)
    with pypdfium2.PdfDocument(pdf) as document:
        for n, page in enumerate(document, 1):
            image = page.render(scale=DPI / 72, grayscale=True).to_pil().rotate(SKEW if n % 2 else -SKEW, Image.Resampling.BICUBIC, fillcolor=255)
            pixels = np.asarray(image, dtype=np.float32)
            pixels = np.clip(pixels * 0.93 + chance.normal(0, NOISE, pixels.shape), 0, 255)
            Image.fromarray(pixels.astype(np.uint8)).save(f"{stem}-{n}.png")


# -- reading -------------------------------------------------------------------------------------------------------------------
def measured(folder: Path, name: str) -> dict[str, Any]:
    """Recall of words counted as the contract's scorer counts them, and of words with a digit."""
    from charthouse.bootstrap.ocr import image_reader

    read = image_reader(name)
    hit, digits, found, truth, pages, seconds = 0, [0, 0], 0, 0, 0, 0.0
    for path in sorted((folder / "truths").glob("*.txt")):
        words: Counter[str] = Counter()
        for image in sorted((folder / "images").glob(f"{path.stem}-*.png")):
            content, began = image.read_bytes(), time.perf_counter()
            for arrival in read.read(content, image.name):
                words.update(arrival.documents[0].text.split())
            seconds, pages = seconds + time.perf_counter() - began, pages + 1
        wanted = Counter(path.read_text(encoding="utf-8").split())
        hit, truth, found = hit + sum((words & wanted).values()), truth + sum(wanted.values()), found + sum(words.values())
        numbers = Counter({w: n for w, n in wanted.items() if re.search(r"\d", w)})
        digits = [digits[0] + sum((words & numbers).values()), digits[1] + sum(numbers.values())]
    return {"recall": hit / max(1, truth), "precision": hit / max(1, found), "digits": digits[0] / max(1, digits[1]), "pages": pages, "seconds": seconds / max(1, pages)}


def rows(a: argparse.Namespace, folder: Path) -> Iterator[str]:
    for kind in a.kinds:
        render(kind, a.templates, folder, a.hand)
        for name in () if a.render else a.engines:
            m = measured(folder / kind, name)
            yield (f"{kind:12} {name:10} word recall {m['recall']:.4f}  of words with digits {m['digits']:.4f}  precision {m['precision']:.4f}  "
                   f"{m['seconds']:.2f} s a page over {m['pages']} pages  peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--templates", nargs="*", default=[])
    parser.add_argument("--engines", nargs="+", choices=("both", "rapidocr", "tesseract"), default=["tesseract", "rapidocr", "both"])
    parser.add_argument("--render", type=Path)
    parser.add_argument("--hand", default="")
    a = parser.parse_args()
    if not DATA.is_dir() or not shutil.which("soffice"):
        print("ocr_pages: skipped, it needs LibreOffice (soffice) and ClinOCR-Bench in", DATA)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(a, a.render or Path(folder)):
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
