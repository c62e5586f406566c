"""Edits before a claim leaves: the Medicare Code Editor."""
from charthouse.rooms.edits.mce import mce

__all__ = ["mce"]
