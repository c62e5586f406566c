"""Second-level review of finished charts."""
from charthouse.rooms.audit.agreement import Score, by_coder, differences, score
from charthouse.rooms.audit.sampling import drawn, size_for

__all__ = ["Score", "by_coder", "differences", "drawn", "score", "size_for"]
