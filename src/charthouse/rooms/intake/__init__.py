"""Capture: what came in becomes a `Document`, of a kind, of a visit; or says why it cannot."""
from charthouse.rooms.intake.kind import KINDS, Kinds, Typed, kind_of, kinds_of, typed
from charthouse.rooms.intake.receive import from_text, receive
from charthouse.rooms.intake.stay import Folded, folded

__all__ = ["KINDS", "Folded", "Kinds", "Typed", "folded", "from_text", "kind_of", "kinds_of", "receive", "typed"]
