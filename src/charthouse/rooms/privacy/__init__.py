"""Privacy: who may do what with a record, and why."""
from charthouse.rooms.privacy.access import Rule, decide, rules, scope
from charthouse.rooms.privacy.watch import Watch

__all__ = ["Rule", "Watch", "decide", "rules", "scope"]
