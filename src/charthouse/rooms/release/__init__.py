"""Release of information: what may leave, and what must not."""
from charthouse.rooms.release.names import Names
from charthouse.rooms.release.redact import redacted, removals

__all__ = ["Names", "redacted", "removals"]
