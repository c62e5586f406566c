"""A folder of encounters: a folder each with documents (text, PDF, pictures) and `encounter.toml`, or single files."""
from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from charthouse.doors.cli import items
from charthouse.flow.steps import Received, Work
from charthouse.record.chart import age_on
from charthouse.record.errors import BadEncounter, NothingToDo

SCANS = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
DOCUMENT_SUFFIXES = (".txt", ".text", ".md", *SCANS)


@dataclass(frozen=True, slots=True)
class Found:
    """One encounter on disk: its name in the results, and where it lies."""

    name: str
    path: Path


def encounters(folder: Path) -> list[Found]:
    """What there is to do, by name. Raises `NothingToDo` for a folder without an encounter."""
    if folder.is_file():
        return [Found(folder.stem, folder)]
    if not folder.is_dir():
        raise NothingToDo(path=folder)
    if (folder / "encounter.toml").exists():
        return [Found(folder.name, folder)]
    found = [Found(p.name, p) for p in sorted(folder.iterdir()) if p.is_dir() and not p.name.startswith(".")
             and ((p / "encounter.toml").exists() or any(_documents(p)))]
    taken = {f.name for f in found} | {"summary", "index"}  # the run's own files
    found = [Found(f"{f.name}-encounter", f.path) if f.name in ("summary", "index") else f for f in found]
    found += [Found(p.name if p.stem in taken else p.stem, p) for p in sorted(folder.iterdir()) if p.is_file() and p.suffix.lower() in (".txt", *SCANS)]
    if not found:
        raise NothingToDo(path=folder)
    return found


def _documents(folder: Path) -> Iterator[Path]:
    yield from (p for p in sorted(folder.iterdir()) if p.is_file() and p.suffix.lower() in DOCUMENT_SUFFIXES)


def work_of(found: Found, *, setting: str, on: date) -> Work:
    """The work of one encounter, its documents as bytes. Raises `BadEncounter` naming the file and the field."""
    if found.path.is_file():
        frame = items.work_of({"id": found.name, "text": "-", "date": on}, setting=setting)
        return Work(encounter=frame.encounter, received=(Received(id=found.path.name, content=found.path.read_bytes(), source=found.path.name),))
    fields = _toml(found.path / "encounter.toml")
    listed = fields.get("documents") or [{"file": p.name} for p in _documents(found.path)]
    received = tuple(_received(found.path, d) for d in listed)
    if not received:
        raise BadEncounter(file=found.path, why="it names no document, and there is no text, PDF or picture beside it")
    item = _item(found, fields, on)
    frame = items.work_of(item | {"text": "-"}, setting=setting)
    return Work(encounter=frame.encounter, received=received)


def _toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadEncounter(file=path, why=f"it is not valid TOML ({error})") from None


def _item(found: Found, fields: dict[str, Any], on: date) -> dict[str, Any]:
    patient = dict(fields.get("patient") or {})
    inpatient = fields.get("setting") == "inpatient"
    if inpatient and not fields.get("discharge_date"):
        raise BadEncounter(file=found.path / "encounter.toml", why="an inpatient encounter needs `discharge_date`")
    when = items.a_date(fields.get("discharge_date") or fields.get("service_date") or on)
    if "birth_date" in patient:
        patient["age"] = age_on(items.a_date(patient.pop("birth_date")), when)
    return {"id": str(fields.get("id") or found.name), "setting": fields.get("setting"), "date": when, "patient": patient,
            "admission_date": fields.get("admission_date"), "discharge_status": fields.get("discharge_status"),
            "procedures": fields.get("procedures"), "visit": fields.get("visit")}


def _received(folder: Path, document: Any) -> Received:
    name = document.get("file") if isinstance(document, dict) else None
    if not isinstance(name, str) or Path(name).name != name:
        raise BadEncounter(file=folder / "encounter.toml", why="each of `documents` needs `file`, a name in the same folder")
    path = folder / name
    if not path.is_file():
        raise BadEncounter(file=folder / "encounter.toml", why=f"the document {name} is not there")
    return Received(id=name, content=path.read_bytes(), kind=str(document.get("kind") or ""), author=str(document.get("author") or ""),
                    service_date=items.a_date(document["date"]) if document.get("date") else None, source=name)
