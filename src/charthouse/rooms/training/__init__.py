"""Charts to learn on: what differs from the adjudicated codes, and how a person gets on."""
from charthouse.rooms.training.compare import Known, attempted, differences, level
from charthouse.rooms.training.curve import Standing, curve, standing, weakest

__all__ = ["Known", "Standing", "attempted", "curve", "differences", "level", "standing", "weakest"]
