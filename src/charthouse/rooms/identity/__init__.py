"""The master patient index: whose registration it is."""
from charthouse.rooms.identity.place import place

__all__ = ["place"]
