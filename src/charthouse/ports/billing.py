"""Claims, files, remittances and denials in the store, as the desk sees them."""
from __future__ import annotations

from datetime import date
from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.billing import ClaimFigure, ClaimFile, Denial, DenialState, FileState, KeptClaim, Material, Posting, Remit, State
from charthouse.record.claim import Form
from charthouse.record.received import Cover


class Claims(Protocol):
    """`material` and `get` are part of a use that tells; `keep` tells of each claim, `listed`, `unbilled` and `figures` of the list."""

    def material(self, access: Access, encounter: str) -> Material: ...

    def keep(self, access: Access, claim: KeptClaim) -> None:
        """New, or as it is now."""
        ...

    def get(self, access: Access, id: str) -> KeptClaim:
        """Once the gate has found whose it is."""
        ...

    def listed(self, access: Access, scope: Scope, states: tuple[State, ...], *, most: int = 500, newest: bool = False) -> tuple[tuple[KeptClaim, str], ...]:
        """(claim, name of the patient), the oldest first, or the newest."""
        ...

    def unbilled(self, access: Access, scope: Scope, most: int) -> tuple[tuple[str, str], ...]:
        """(visit, name of the patient) of visits with coding that is finished and no claim, the oldest first."""
        ...

    def figures(self, access: Access, scope: Scope, since: date, until: date) -> tuple[ClaimFigure, ...]:
        """Of claims that were made on these days."""
        ...


class Covers(Protocol):
    def put(self, access: Access, patient: str, covers: tuple[Cover, ...], said_at: str) -> None:
        """In the place of what was said before; nothing where something newer was said. Part of a use that tells."""
        ...


class ClaimFiles(Protocol):
    """`begin` and `keep` are part of the use that sends or answers."""

    def begin(self, access: Access, form: Form, receiver: str) -> ClaimFile:
        """A file with the next control number, stored."""
        ...

    def keep(self, access: Access, file: ClaimFile) -> None: ...

    def get(self, access: Access, number: int) -> ClaimFile | None: ...

    def listed(self, access: Access, states: tuple[FileState, ...], *, most: int = 200) -> tuple[ClaimFile, ...]:
        """The newest first."""
        ...


class Remits(Protocol):
    def keep(self, access: Access, remit: Remit, postings: tuple[Posting, ...]) -> None: ...

    def known(self, access: Access, hash: str) -> Remit | None:
        """Whether it came before. Part of the use that takes it in."""
        ...

    def get(self, access: Access, id: str, scope: Scope) -> tuple[Remit, tuple[tuple[Posting, str], ...]] | None:
        """With its postings and the names of their patients, of what the scope may see and of what is nobody's."""
        ...

    def listed(self, access: Access, *, most: int = 200) -> tuple[tuple[Remit, int], ...]:
        """The newest first, with how many claims of it are nobody's."""
        ...

    def postings(self, access: Access, claim: str) -> tuple[Posting, ...]:
        """Of one claim, in the order in which they came. Part of a use that tells."""
        ...


class Denials(Protocol):
    def keep(self, access: Access, denial: Denial) -> None: ...

    def get(self, access: Access, id: str) -> Denial:
        """Once the gate has found whose it is; so with `of`."""
        ...

    def of(self, access: Access, claim: str) -> tuple[Denial, ...]: ...

    def listed(self, access: Access, scope: Scope, states: tuple[DenialState, ...], *, most: int = 500) -> tuple[tuple[Denial, str], ...]:
        """(denial, name of the patient), the first due first."""
        ...
