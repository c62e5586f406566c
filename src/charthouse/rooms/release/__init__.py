"""Release of information: what is asked for, whether it may be given, what may leave, and what must not."""
from charthouse.rooms.release.names import Names
from charthouse.rooms.release.pages import again, boxes, known_secrets, leaks, merged
from charthouse.rooms.release.redact import redacted, removals
from charthouse.rooms.release.requests import read_request, traits
from charthouse.rooms.release.validity import judged, reply

__all__ = ["Names", "again", "boxes", "judged", "known_secrets", "leaks", "merged", "read_request", "redacted", "removals", "reply", "traits"]
