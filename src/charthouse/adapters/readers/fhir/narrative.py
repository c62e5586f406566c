"""The readable part of a resource, XHTML, as plain text: a block a line, cells of a table with bars between them."""
from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = frozenset(("address", "article", "blockquote", "body", "caption", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
                    "section", "table", "tbody", "tfoot", "thead", "tr", "ul"))
HIDDEN = frozenset(("script", "style", "head", "title"))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.hidden = self.pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in HIDDEN
        self.pre += tag == "pre"
        if tag in BLOCKS or tag == "br":
            self.out.append("\n")
        if tag == "li":
            self.out.append("- ")
        if tag in ("td", "th") and self.out and not self.out[-1].endswith("\n"):
            self.out.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        if tag in HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        if tag == "pre":
            self.pre = max(0, self.pre - 1)
        if tag in BLOCKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        said = data if self.pre else re.sub(r"\s+", " ", data)
        if said.strip() or (said and self.out and not self.out[-1].endswith("\n")):
            self.out.append(said.lstrip() if not self.pre and (not self.out or self.out[-1].endswith("\n")) else said)


def text_of(html: str) -> str:
    """Plain text, without blank lines at its ends and with one at most within."""
    words = _Words()
    words.feed(html)
    words.close()
    text = re.sub(r"[ \t]+\n", "\n", "".join(words.out))
    return re.sub(r"\n{3,}", "\n\n", text).strip()
