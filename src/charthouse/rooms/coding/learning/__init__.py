"""Learning from corrections: what they teach, and what a change would do. Nothing is applied here."""
from charthouse.rooms.coding.learning.effect import effect
from charthouse.rooms.coding.learning.refit import Row, refit, threshold
from charthouse.rooms.coding.learning.signed import signed
from charthouse.rooms.coding.learning.terms import abbreviation, words_taught

__all__ = ["Row", "abbreviation", "effect", "refit", "signed", "threshold", "words_taught"]
