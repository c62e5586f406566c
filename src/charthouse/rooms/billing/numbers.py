"""Numbers of providers."""
from __future__ import annotations

import re

_TAXONOMY = re.compile(r"\d{3}[A-Z0-9]{6}X")


def npi_holds(number: str) -> bool:
    """Ten digits, the last of which checks the others: Luhn over 80840 and the number (45 CFR 162.406; CMS, NPI check digit)."""
    if not (len(number) == 10 and number.isascii() and number.isdigit() and number[0] in "12"):
        return False
    digits = [int(d) for d in "80840" + number]
    return sum(d if k % 2 == 0 else sum(divmod(2 * d, 10)) for k, d in enumerate(reversed(digits))) % 10 == 0


def taxonomy_holds(code: str) -> bool:
    """The form of a code of the Health Care Provider Taxonomy."""
    return bool(_TAXONOMY.fullmatch(code))
