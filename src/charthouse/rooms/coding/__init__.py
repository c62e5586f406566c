"""Coding: from facts to code lines, each a proof, and what was left off with its reason."""
from charthouse.rooms.coding.candidate import Tables
from charthouse.rooms.coding.code import candidates, code
from charthouse.rooms.coding.gate.chart import answer
from charthouse.rooms.coding.gate.decide import Decision, decide, hold
from charthouse.rooms.coding.gate.learn import Gate
from charthouse.rooms.coding.given import given
from charthouse.rooms.coding.rank import Weights
from charthouse.rooms.coding.specify import Specifier

__all__ = ["Decision", "Gate", "Specifier", "Tables", "Weights", "answer", "candidates", "code", "decide", "given", "hold"]
