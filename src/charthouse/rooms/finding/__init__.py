"""Finding: what a person asks, understood; and where a text answers it."""
from charthouse.rooms.finding.question import Understood, understand
from charthouse.rooms.finding.snippet import Snippet, snippet

__all__ = ["Snippet", "Understood", "snippet", "understand"]
