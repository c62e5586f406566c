"""Release of information: what is asked for, what may leave, and what must not."""
from charthouse.rooms.release.names import Names
from charthouse.rooms.release.redact import redacted, removals
from charthouse.rooms.release.requests import read_request

__all__ = ["Names", "read_request", "redacted", "removals"]
