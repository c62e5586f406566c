"""MS-DRG with its path and what-if."""
from charthouse.rooms.grouping.group import group

__all__ = ["group"]
