"""Running the table of steps over one chart."""
from __future__ import annotations

import hashlib

from charthouse.flow.steps import STEPS, Kit, Work


def run(work: Work, kit: Kit, *, until: str = "edits") -> Work:
    """The work after the step named `until`. A step that does not apply (grouping an outpatient) leaves it as it is."""
    for step in STEPS:
        work = step.run(work, kit)
        if step.name == until:
            break
    return work


def key(work: Work, kit: Kit) -> str:
    """What made a result: the documents, the setting and date, the editions and the engine. Same key, same result."""
    made = hashlib.sha256()
    for document in work.documents:
        made.update(document.sha256.encode())
    made.update(f"{work.encounter.setting}{work.encounter.on}{kit.claims.version}{kit.mentions.version}".encode())
    for edition in kit.book.editions():
        made.update(edition.sha256.encode())
    return made.hexdigest()[:16]
