"""Release of information: what may leave, and what must not."""
from charthouse.rooms.release.names import Names
from charthouse.rooms.release.pages import again, boxes, known_secrets, leaks, merged
from charthouse.rooms.release.redact import redacted, removals

__all__ = ["Names", "again", "boxes", "known_secrets", "leaks", "merged", "redacted", "removals"]
