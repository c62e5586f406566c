"""The narrative of CDA sections as text in reading order (CDA R2, 4.3.5): headings, paragraphs, lists, tables as rows, footnotes; no text twice."""
from __future__ import annotations

import re

from charthouse.adapters.readers.cda_xml import Element, attribute, child, children, local, words

_BLOCKS = frozenset({"paragraph", "list", "table", "text", "item", "caption", "tr", "thead", "tbody", "tfoot", "div", "p", "ul", "ol", "li", "h1", "h2", "h3", "h4", "pre"})


class Narrative:
    """Lines of text as they are found; `notes` of what was left out."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notes: list[str] = []

    def text(self) -> str:
        """The lines, without more than one empty line between them."""
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in self.lines)).strip("\n")

    def section(self, section: Element) -> None:
        """Its title, its text, then the sections within it."""
        heading = words(child(section, "title")) or attribute(child(section, "code"), "displayName")
        body = Narrative()
        for text in children(section, "text"):
            body.block(text, "")
        if body.lines or heading:
            self.lines.extend([*([""] if self.lines else []), *([heading] if heading else []), *body.lines])
        self.notes.extend(body.notes)
        for component in children(section, "component"):
            for inner in children(component, "section"):
                self.section(inner)

    def block(self, element: Element, mark: str) -> None:
        """A block in lines of its own: what stands in it before, between and after other blocks in turn. `mark` goes before its first line."""
        name, run, start = local(element), [], len(self.lines)
        plain = name in ("text", "pre") and not any(local(e) in _BLOCKS for e in element)
        run.append(element.text or "")
        for inner in element:
            kind = local(inner)
            if kind in _BLOCKS:
                self._flush(run, plain)
                self._inner(inner, kind)
            elif attribute(inner, "revised") == "delete":
                self.notes.append("text that was marked as deleted was left out")
            elif kind:
                run.append(self._inline(inner))
            run.append(inner.tail or "")
        self._flush(run, plain)
        if mark and len(self.lines) > start:
            self.lines[start] = mark + self.lines[start]

    def _inner(self, element: Element, kind: str) -> None:
        if kind == "table":
            self._table(element)
        elif kind in ("list", "ul", "ol"):
            self._list(element, ordered=kind == "ol" or attribute(element, "listType") == "ordered")
        else:
            self.block(element, "")

    def _flush(self, run: list[str], plain: bool) -> None:
        """The run of words as a line; where a sender wrote plain text with its own line breaks, as its lines."""
        said = "".join(run)
        run.clear()
        if plain:
            lines = [" ".join(line.split()) for line in said.replace("\v", "\n").split("\n")]
            self.lines.extend(lines if any(lines) else [])
        else:
            self.lines.extend(line for part in said.split("\v") if (line := " ".join(part.split())))

    def _inline(self, element: Element) -> str:
        kind = local(element)
        if kind == "renderMultiMedia":
            self.notes.append("a picture in the narrative was not read")
        parts = ["\v" if kind == "br" else "", element.text or ""]
        for inner in element:
            if attribute(inner, "revised") == "delete":
                self.notes.append("text that was marked as deleted was left out")
            elif local(inner):
                parts.append(f" {self._inline(inner)} " if local(inner) in _BLOCKS else self._inline(inner))
            parts.append(inner.tail or "")
        said = "".join(parts)
        return f" [{said.strip()}]" if kind == "footnote" and said.strip() else said

    def _list(self, element: Element, *, ordered: bool) -> None:
        n = 0
        self._flush([element.text or ""], False)
        for inner in element:
            if local(inner) in ("item", "li"):
                n += 1
                self.block(inner, f"{n}. " if ordered else "- ")
            elif local(inner):
                self.block(inner, "")
            self._flush([inner.tail or ""], False)

    def _table(self, table: Element) -> None:
        """Each row a line, its cells apart by " | "; the caption above, a row of the foot below."""
        self._flush([table.text or ""], False)
        for part in table:
            kind = local(part)
            if kind == "tr":
                self._row(part)
            elif kind in ("thead", "tbody", "tfoot"):
                self._table(part)
            elif kind:
                self.block(part, "")
            self._flush([part.tail or ""], False)

    def _row(self, row: Element) -> None:
        cells = [stray] if (stray := " ".join((row.text or "").split())) else []
        for cell in row:
            if local(cell):
                inside = Narrative()
                inside.block(cell, "")
                self.notes.extend(inside.notes)
                cells.append("; ".join(line for line in inside.lines if line))
            if stray := " ".join((cell.tail or "").split()):
                cells.append(stray)
        if any(cells):
            self.lines.append(" | ".join(cells))
