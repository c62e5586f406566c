"""What a person decides on the codes that the engine proposes."""
from charthouse.rooms.deciding.check import POA, REASONS, problems, refusal, standing
from charthouse.rooms.deciding.corrections import corrections
from charthouse.rooms.deciding.fold import Decided, fold
from charthouse.rooms.deciding.lines import Line, id_of, lines_of

__all__ = ["POA", "REASONS", "Decided", "Line", "corrections", "fold", "id_of", "lines_of", "problems", "refusal", "standing"]
