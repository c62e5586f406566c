"""Which work waits for whom."""
from charthouse.rooms.worklists.belonging import belongs, first_comes, free
from charthouse.rooms.worklists.rules import as_said, rules_of
from charthouse.rooms.worklists.standing import PAUSED, is_paused, is_sampled, standing

__all__ = ["PAUSED", "as_said", "belongs", "first_comes", "free", "is_paused", "is_sampled", "rules_of", "standing"]
