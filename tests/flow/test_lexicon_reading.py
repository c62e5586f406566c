"""What the lexicon reads in a list of findings, and everyday words beside medical ones that it must leave alone."""
from __future__ import annotations

from datetime import date

import pytest

from charthouse import code_note

ON = date(2026, 10, 2)

READ = [
    ("transient tachypnea of the newborn", "P22.1"), ("ex 28 weeker", "P07.31"), ("NEC with pneumatosis", "P77.2"), ("physiologic jaundice of newborn", "P59.9"),
    ("NIHSS of 12", "R29.712"), ("Glasgow coma scale 6", "R40.2430"), ("adverse effect of levothyroxine", "T38.1X5A"), ("intentional overdose of ramipril", "T46.4X2A"),
    ("traumatic injury of the common peroneal nerve", "S84.10XA"), ("dilatation of the intrahepatic bile duct", "K83.8"), ("enlarged prostrate", "N40.0"),
    ("hemmorhoids", "K64.9"), ("ureteral lithiasis", "N20.1"), ("boil in armpit", "L02.429"), ("recurrent falls", "R29.6"), ("dental cavity", "K02.9"),
]
LEFT_ALONE = [
    ("electrical axis normal", "S12"), ("trouble falling asleep", "R29.6"), ("cocaine in the past", "T41.3"), ("HER2 was tested", "Z17"),
    ("lies in lateral decubitus position", "L89"), ("rheumatoid factor was normal", "M06"), ("the abdominal cavity was opened", "K02"), ("edges of the lesion", "R45.0"),
    ("good balance", "R26"), ("runs three miles", "R19.7"), ("reaching overhead", "R11"), ("vesicular breath sounds", "R23.8"), ("bridging callus on the film", "L84"),
    ("sphenopalatine ganglion block", "M67"), ("seminal vesicles are normal", "R23.8"), ("tooth eruption on time", "R21"), ("HMB 45 stain", "N92"),
    ("body mass index was not taken", "Z68"), ("malleus and incus intact", "A24"), ("screaming with joy", "R40"), ("calm and cooperative", "L81"), ("seen in the ER", "Z17"),
]


def mentioned(text: str) -> set[str]:
    return {c.code for c in code_note(f"{text}.", on=ON, setting="mention")}


@pytest.mark.parametrize(("text", "code"), READ)
def test_the_lexicon_reads(text: str, code: str) -> None:
    assert code in mentioned(text)


@pytest.mark.parametrize(("text", "prefix"), LEFT_ALONE)
def test_everyday_words_are_left_alone(text: str, prefix: str) -> None:
    assert not [code for code in mentioned(text) if code.startswith(prefix)]
