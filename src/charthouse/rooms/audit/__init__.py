"""Second-level review of finished charts."""
from charthouse.rooms.audit.agreement import DRG, Difference, Score, agreed, by_coder, by_engine, differences, prevented, score
from charthouse.rooms.audit.review import Coded, review
from charthouse.rooms.audit.sampling import drawn, size_for
from charthouse.rooms.audit.teaching import taught

__all__ = ["DRG", "Coded", "Difference", "Score", "agreed", "by_coder", "by_engine", "differences", "drawn", "prevented", "review", "score", "size_for", "taught"]
