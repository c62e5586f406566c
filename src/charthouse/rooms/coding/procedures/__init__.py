"""ICD-10-PCS: what was done, from the facts of a chart to codes that the tables hold on the date."""
from charthouse.rooms.coding.procedures.code import procedures
from charthouse.rooms.coding.procedures.procedure import Procedure, ProcedureTables
from charthouse.rooms.coding.procedures.rank import mention_features
from charthouse.rooms.coding.procedures.read import found

__all__ = ["Procedure", "ProcedureTables", "found", "mention_features", "procedures"]
