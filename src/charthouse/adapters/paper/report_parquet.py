"""A report's table as Parquet, for other programs: a column each, with its definition as metadata."""
from __future__ import annotations

import io

from charthouse.record.errors import MissingPart
from charthouse.record.report import Report


def report_parquet(report: Report) -> bytes:
    """What is left out is null; a column in which something is left out and written so ("<11") is text. Raises `MissingPart`."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingPart(what="Parquet", part="batch") from None
    columns = {}
    for n, column in enumerate(report.columns):
        values = [row[n] for row in report.rows]
        text = column.kind == "text" or any(isinstance(v, str) for v in values)
        columns[column.name] = pa.array([None if v is None else str(v) for v in values], pa.string()) if text else pa.array(values, pa.int64() if column.kind == "count" else pa.float64())
    table = pa.table(columns).replace_schema_metadata({"report": report.name, "title": report.title, "definition": report.definition, "source": report.source})
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
