"""Second reading: what a language model is asked about a proposed code, and what its answer may do."""
from charthouse.rooms.second_reading.ask import questions
from charthouse.rooms.second_reading.hear import heard

__all__ = ["heard", "questions"]
