"""Coding: from facts to code lines, each a proof, and what was left off with its reason."""
from charthouse.rooms.coding.candidate import Tables
from charthouse.rooms.coding.code import candidates, code
from charthouse.rooms.coding.gate.chart import answer
from charthouse.rooms.coding.gate.decide import Decision, decide, doubted, hold
from charthouse.rooms.coding.gate.learn import Gate
from charthouse.rooms.coding.hints import HintTables, hints
from charthouse.rooms.coding.procedures import ProcedureTables, procedures
from charthouse.rooms.coding.rank import Weights
from charthouse.rooms.coding.specify import Specifier
from charthouse.rooms.coding.visit import Visiting, visit

__all__ = [
    "Decision", "Gate", "HintTables", "ProcedureTables", "Specifier", "Tables", "Visiting", "Weights", "answer", "candidates", "code", "decide", "doubted", "hints", "hold",
    "procedures", "visit",
]
