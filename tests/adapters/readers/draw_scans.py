"""Draws the scanned pages of the tests, from our own text in Pillow's own font, and knows where each word stands.

    python tests/adapters/readers/draw_scans.py        writes tests/adapters/readers/scans/
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCANS = Path(__file__).parent / "scans"
SIZE = (1700, 2200)  # a letter page at 200 dots an inch

DISCHARGE = """Patient: Wilma Sandquist   MRN: 5530917   DOB: 04/19/1950
Page 1 of 1

DISCHARGE SUMMARY

Admitted: 05/02/2026   Discharged: 05/06/2026

Hospital course
The patient was admitted with worsening shortness of breath and
swelling of both legs. She was treated with intravenous furosemide
and lost four kilograms in three days.

Discharge diagnoses
1. Acute on chronic systolic heart failure
2. Type 2 diabetes mellitus with diabetic polyneuropathy
3. Essential tremor

Discharge medications
Furosemide 40 mg by mouth every morning
Metformin 1000 mg by mouth twice daily

Follow up in the heart failure clinic in one week."""

LEFT = """HISTORY AND PHYSICAL

Chief complaint
Cough and fever for three days that
did not get better with rest at home.

History of present illness
Mr. Tobias Renner is a man of sixty
who was well until Monday. He then
had a shaking chill and coughed up
rusty sputum. He denies chest pain
and has not travelled this year."""

RIGHT = """Physical examination
Temperature 38.9, pulse 104, blood
pressure 118/72, oxygen 91 percent
on room air. Crackles are heard at
the base of the right lung.

Assessment and plan
Lobar pneumonia of the right lower
lobe. Ceftriaxone and azithromycin
are begun and oxygen is given by
nasal cannula until he is better."""

LAB = (("Test", "Result", "Unit", "Reference range"), ("Sodium", "131", "mmol/L", "136-145"), ("Potassium", "5.8", "mmol/L", "3.5-5.1"),
       ("Creatinine", "2.41", "mg/dL", "0.60-1.30"), ("Glucose", "188", "mg/dL", "70-99"), ("Hemoglobin", "9.7", "g/dL", "12.0-16.0"), ("Platelets", "412", "10^3/uL", "150-400"))

FAX = """FAX FROM: NORTH VALLEY CARDIOLOGY    TO: RECORDS DEPARTMENT

Patient: Oskar Lindgren    DOB: 11/30/1944    Page {n} of 2

{body}"""
FAX_BODIES = ("CONSULTATION\n\nThe patient was seen for palpitations.\nThe tracing shows atrial fibrillation with\na rate of 96 per minute.",
              "IMPRESSION\n\nPersistent atrial fibrillation.\nContinue apixaban 5 mg twice daily.\nReturn in six weeks.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page in grey, and its words with (left, top, right, bottom), the height of a line."""

    image: Any
    words: tuple[tuple[str, tuple[float, float, float, float]], ...]


def sheet(blocks: list[tuple[int, int, str]], *, letters: int = 34, size: tuple[int, int] = SIZE, ground: int = 244) -> Drawn:
    """Blocks of text, each at (left, top); an empty line is half a line high."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(letters)
    image = Image.new("L", size, ground)
    pen = ImageDraw.Draw(image)
    words = []
    for left, top, text in blocks:
        y = float(top)
        for line in text.split("\n"):
            x = float(left)
            for word in line.split(" "):
                if word:
                    pen.text((x, y), word, font=font, fill=28)
                    begins, _, ends, _ = pen.textbbox((x, y), word, font=font)
                    words.append((word, (float(begins), y + 0.15 * letters, float(ends), y + 1.1 * letters)))
                x += pen.textlength(word + " ", font=font)
            y += letters * (1.5 if line else 0.8)
    return Drawn(image, tuple(words))


def discharge() -> Drawn:
    return sheet([(150, 160, DISCHARGE)])


def two_columns() -> Drawn:
    return sheet([(130, 240, LEFT), (900, 240, RIGHT)])


def table() -> Drawn:
    """A laboratory table with ruled lines."""
    from PIL import ImageDraw

    tops = [(180 + column * 340, 420 + row * 76, cell) for row, cells in enumerate(LAB) for column, cell in enumerate(cells)]
    drawn = sheet([(180, 200, "LABORATORY REPORT"), (180, 280, "Patient: Ines Calloway   Collected: 05/02/2026 06:10"), *tops])
    pen = ImageDraw.Draw(drawn.image)
    for row in range(len(LAB) + 1):
        pen.line((160, 405 + row * 76, 1560, 405 + row * 76), fill=90, width=2)
    for column in range(len(LAB[0]) + 1):
        x = min(1560, 160 + column * 340)
        pen.line((x, 405, x, 405 + 76 * len(LAB)), fill=90, width=2)
    return drawn


def fax() -> list[Drawn]:
    """Two pages; a fax lays them on white."""
    return [sheet([(140, 160, FAX.format(n=n, body=body))], ground=255) for n, body in enumerate(FAX_BODIES, 1)]


def noisy(image: Any, *, skew: float = 0.0, noise: float = 6.0, seed: int = 1) -> Any:
    """As a scanner gives it: askew, with the noise of its sensor."""
    import numpy as np
    from PIL import Image

    laid = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=244) if skew else image
    pixels = np.asarray(laid, dtype=np.float32) + np.random.default_rng(seed).normal(0, noise, laid.size[::-1])
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def main() -> None:
    SCANS.mkdir(exist_ok=True)
    noisy(discharge().image, skew=1.2, noise=0).point(lambda v: v // 32 * 32 + 20).save(SCANS / "discharge-summary.png", optimize=True, dpi=(200, 200))
    noisy(two_columns().image, skew=-0.8).save(SCANS / "history-and-physical.jpg", quality=40, dpi=(200, 200))
    noisy(table().image).save(SCANS / "laboratory.webp", quality=40)
    first, second = (page.image.point(lambda v: 255 * (v > 128)).convert("1") for page in fax())
    first.save(SCANS / "fax.tif", compression="group4", save_all=True, append_images=[second], dpi=(204, 196))


if __name__ == "__main__":
    main()
