"""The post room, as the desk sees it: what was taken in, and what is held for a person."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access
from charthouse.record.receipt import Held, Message


class Post(Protocol):
    def answered(self, access: Access, sender: str, control: str) -> Message | None:
        """What was taken in under this number of this sender. Part of a use that tells: it shows no chart."""
        ...

    def keep(self, access: Access, message: Message, original: bytes) -> None:
        """The bytes as received, and what was answered."""
        ...

    def hold(self, access: Access, held: Held) -> str:
        """The id by which a person settles it."""
        ...

    def waiting(self, access: Access, facilities: frozenset[str], limit: int) -> tuple[Held, ...]:
        """What nobody has settled, the oldest first, without its contents."""
        ...

    def held(self, access: Access, id: str) -> Held | None:
        """One that nobody has settled, with its contents."""
        ...

    def settle(self, access: Access, id: str) -> None:
        """Somebody has said where it belongs."""
        ...
