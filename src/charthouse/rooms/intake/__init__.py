"""Capture: what came in becomes a `Document`, or says why it cannot."""
from charthouse.rooms.intake.kind import kind_of
from charthouse.rooms.intake.receive import from_text, receive

__all__ = ["from_text", "kind_of", "receive"]
