"""Coding: from facts to code lines, each a proof, and what was left off with its reason."""
from charthouse.rooms.coding.candidate import Tables
from charthouse.rooms.coding.code import candidates, code
from charthouse.rooms.coding.given import given
from charthouse.rooms.coding.rank import Weights
from charthouse.rooms.coding.specify import Specifier
from charthouse.rooms.coding.visit import Visiting, visit

__all__ = ["Specifier", "Tables", "Visiting", "Weights", "candidates", "code", "given", "visit"]
