"""Batch engines, and the files that a batch reads and writes."""
