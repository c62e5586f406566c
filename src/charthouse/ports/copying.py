"""Giving a record out whole."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.export import WholeRecord


class Copying(Protocol):
    """Each method writes the event of its `Access`: the record, and each content of it, that was given out."""

    def patients(self, access: Access, scope: Scope, *, after: str, most: int) -> tuple[str, ...]:
        """The ids of patients within the scope, in order, after this one."""
        ...

    def whole(self, access: Access, patient: str, scope: Scope) -> WholeRecord: ...

    def content(self, access: Access, sha256: str) -> bytes:
        """A content that a row of the patient's whole record names. Raises `BlobDamaged`."""
        ...


class Out(Protocol):
    """Where an export is put: a folder, or a ZIP file. What is put is there as a whole, or not at all, when it is closed."""

    def put(self, name: str, content: bytes) -> None: ...

    def read(self, name: str) -> bytes:
        """What was put."""
        ...

    def close(self) -> None: ...

    def discard(self) -> None: ...
