"""Privacy: who may do what with a record, and why."""
from charthouse.rooms.privacy.access import Rule, decide, rules, scope

__all__ = ["Rule", "decide", "rules", "scope"]
