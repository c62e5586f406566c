"""Running the table of steps over one chart."""
from __future__ import annotations

import hashlib

from charthouse.flow.steps import STEPS, Kit, Work


def run(work: Work, kit: Kit, *, since: str = "intake", until: str = "edits") -> Work:
    """The work after the steps from `since` to `until`. A step that does not apply (grouping an outpatient) leaves it as it is."""
    first = next(n for n, step in enumerate(STEPS) if step.name == since)
    for step in STEPS[first:]:
        work = step.run(work, kit)
        if step.name == until:
            break
    return work


def key(work: Work, kit: Kit) -> str:
    """What made a result: the documents, the encounter, the editions and the engine. Same key, same result."""
    made = _hashed(work)
    _hash_kit(made, kit)
    return made.hexdigest()[:16]


def made_by(kit: Kit) -> str:
    """What reads and codes, whatever the chart: the engine, the models, the editions."""
    made = hashlib.sha256()
    _hash_kit(made, kit)
    return made.hexdigest()[:16]


def identity(work: Work) -> str:
    """The chart itself, whatever reads it: the documents and the encounter."""
    return _hashed(work).hexdigest()[:32]


def _hash_kit(made: hashlib._Hash, kit: Kit) -> None:
    made.update(f"{kit.engine} {kit.claims.version} {kit.mentions.version} {kit.procedure_mentions.version};".encode())
    if kit.second_reader is not None:
        made.update(f"second reader {kit.second_reader.name};".encode())
    for edition in kit.book.editions():
        made.update(edition.sha256.encode())


def _hashed(work: Work) -> hashlib._Hash:
    made = hashlib.sha256()
    for document in work.documents:
        made.update(f"{document.sha256} {document.kind} {document.service_date};".encode())
    visit = work.encounter
    made.update(f"{visit.setting} {visit.on} {visit.admitted} {visit.discharge_status} {visit.patient.sex} {visit.patient.age};".encode())
    made.update(f"{' '.join(visit.procedures)};{visit.visit};".encode())
    return made
