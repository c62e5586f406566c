"""The official files that a site added: known by their official names, kept in one folder, newest year first."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from charthouse.adapters.books.sources import SourceFile

LICENCE = "added by the site"
# kind: (pattern of the official name, how it is shown to a person)
KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cm_index": (r"icd10cm[-_]index[-_].*\.xml", "icd10cm-index-2027.xml"),
        "tabular": (r"icd10cm[-_]tabular[-_].*\.xml", "icd10cm-tabular-2027.xml"),
        "cm_order": (r"icd10cm[-_]order[-_].*\.txt", "icd10cm-order-2027.txt"),
        "cm_codes": (r"icd10cm[-_]codes[-_].*\.txt", "icd10cm-codes-2027.txt"),
        "pcs_order": (r"icd10pcs[-_]order[-_].*\.txt", "icd10pcs_order_2027.txt"),
        "pcs_codes": (r"icd10pcs[-_]codes[-_].*\.txt", "icd10pcs_codes_2027.txt"),
        "pcs_tables": (r"icd10pcs[-_]tables[-_].*\.xml", "icd10pcs_tables_2027.xml"),
        "pcs_index": (r"icd10pcs[-_]index[-_].*\.xml", "icd10pcs_index_2027.xml"),
        "pcs_definitions": (r"icd10pcs[-_]definitions[-_].*\.xml", "icd10pcs_definitions_2027.xml"),
        "table5": (r"CMS-.*Table[ _-]?5\b.*\.txt|.*Table[ _-]?5[ _.-].*\.txt", "CMS-1849-F-FR-Table-5-2027.txt"),
        "mcc_list": (r".*Table[ _-]?6I[ _.-].*\.txt", "Table 6I-Complete MCC List FY2027.txt"),
        "cc_list": (r".*Table[ _-]?6J[ _.-].*\.txt", "Table 6J-Complete CC List FY2027.txt"),
        "cc_exclusions": (r".*Table[ _-]?6K[ _.-].*\.txt", "Table 6K-Complete List of CC Exclusions FY2027.txt"),
        "gem_9_10": (r"\d{4}_I9gem\.txt", "2018_I9gem.txt"),
        "gem_10_9": (r"\d{4}_I10gem\.txt", "2018_I10gem.txt"),
        "poa_exempt": (r"POA ?exempt ?codes.*\.txt", "POAexemptCodes2027.txt"),
        "cpt_long": (r"LONGU\w*(?:[-_ ]?20\d\d)?\.txt", "LONGULT_2027.txt"),
        "cpt_medium": (r"MEDU\w*(?:[-_ ]?20\d\d)?\.txt", "MEDU_2027.txt"),
        "cpt_short": (r"SHORTU\w*(?:[-_ ]?20\d\d)?\.txt", "SHORTU_2027.txt"),
        "em_codes": (r"em[-_]codes\.csv", "em_codes.csv"),
        "ncci_pairs": (r"cci(?:pra|oph)[-_]v\d\d\.?\d.*\.txt", "ccipra-v323r0-f1.txt"),
        "mue": (r"MCR_MUE_(?:Practitioner|Outpatient)\w*_Eff_\d\d[-_]\d\d[-_]20\d\d.*\.csv", "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"),
        "hcpcs": (r"HCPC\d{4}.*ANWEB.*\.txt", "HCPC2026_OCT_ANWEB.txt"),
    }
)


def kind_of(name: str) -> str | None:
    """Which official file a name stands for, or None."""
    return next((kind for kind, (pattern, _) in KINDS.items() if re.fullmatch(pattern, name, re.IGNORECASE)), None)


def year_of(name: str) -> int | None:
    """The fiscal year written in a file name: 2027, "FY 2027", or "FY27"."""
    found = re.search(r"(?<!\d)(20\d\d)(?!\d)", name) or re.search(r"(?<=FY)(\d\d)(?!\d)", name, re.IGNORECASE)
    return int(found.group(1)) % 100 + 2000 if found else None


@dataclass(frozen=True)
class Added:
    """The added files: (kind, file), oldest year first."""

    files: tuple[tuple[str, SourceFile], ...] = ()

    @classmethod
    def none(cls) -> Added:
        return cls()

    @classmethod
    def of(cls, paths: list[Path]) -> Added:
        """Files whose names say what they are; the others are passed over."""
        known = [(kind, SourceFile(p, p.name, LICENCE, year_of(p.name))) for p in paths if (kind := kind_of(p.name))]
        return cls(tuple(sorted(known, key=lambda k: (k[1].year or 0, k[1].origin))))

    @classmethod
    def folder(cls, folder: Path) -> Added:
        return cls.of(sorted(p for p in folder.iterdir() if p.is_file())) if folder.is_dir() else cls()

    def all(self, kind: str) -> tuple[SourceFile, ...]:
        return tuple(source for k, source in self.files if k == kind)

    def newest(self, kind: str) -> SourceFile | None:
        return next(reversed(self.all(kind)), None)
