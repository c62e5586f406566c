"""Capture: what came in becomes a `Document`, or says why it cannot."""
from charthouse.rooms.intake.receive import from_text, receive
from charthouse.rooms.intake.kind import kind_of

__all__ = ["from_text", "kind_of", "receive"]
