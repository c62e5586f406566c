"""What a site has taught the program, on its own disk: corrected charts, and the changes with their state.

Two files in the folder `learned/`, readable by the owner only, since charts are in them: `cases.ndjson` (a line a corrected chart, as
it was handed in; the last of one id counts) and `changes.json`. Each write is whole or not at all.
"""
from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from charthouse.record.learning import Change


class Learned:
    """The folder; made when something is first written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def cases(self) -> list[dict[str, Any]]:
        path = self.folder / "cases.ndjson"
        if not path.exists():
            return []
        lines = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip())
        return list({str(item["id"]): item for item in lines}.values())

    def add_cases(self, items: Iterable[dict[str, Any]]) -> None:
        kept = {str(i["id"]): i for i in self.cases()} | {str(i["id"]): i for i in items}
        self._write("cases.ndjson", "".join(json.dumps(i, ensure_ascii=False) + "\n" for i in kept.values()))

    def changes(self) -> list[dict[str, Any]]:
        """Each with `id`, `state` (proposed, applied, undone), `change`, `effect`, `history`."""
        path = self.folder / "changes.json"
        return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []

    def write_changes(self, changes: Iterable[dict[str, Any]]) -> None:
        self._write("changes.json", json.dumps(list(changes), ensure_ascii=False, indent=1) + "\n")

    def applied(self) -> tuple[Change, ...]:
        """The changes in force, in the order in which they were applied."""
        rows = sorted((c for c in self.changes() if c["state"] == "applied"), key=lambda c: int(c["order"]))
        return tuple(Change(**c["change"]) for c in rows)

    def _write(self, name: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self.folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / name)
