"""What the tests of the workbench share: a real server on loopback over the sample charts, clients that are signed in, and pages in a real browser."""
from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from api_kit import served

from charthouse.adapters.storage.site import Site
from charthouse.bootstrap import demo, record, web
from charthouse.doors.web.app import create
from charthouse.doors.web.caller import COOKIE

WRONG = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")  # a refusal that a test asks for shows so on the console


@dataclass
class Bench:
    """`visits`: the id of each sample's visit by the sample's name."""

    url: str
    site: Site
    visits: dict[str, str]
    browser: Callable[[], Any] = field(default=lambda: None, repr=False)
    _contexts: list[Any] = field(default_factory=list)
    _clients: list[httpx2.Client] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def as_(self, role: str) -> httpx2.Client:
        """A client that is signed in as the demo's user of the role, with the token that what changes something needs."""
        client = httpx2.Client(base_url=self.url, timeout=60)
        self._clients.append(client)
        assert client.post("/sign-in/demo", data={"role": role}).status_code == 303
        client.headers["x-csrf"] = client.get("/session").json()["csrf"]
        return client

    def page(self, role: str, path: str = "/", *, width: int = 1280, height: int = 800, scheme: str = "light") -> Any:
        """A page of the browser, signed in. What its console says is in `said`, which must be empty at the end of the test."""
        context = self.browser().new_context(viewport={"width": width, "height": height}, color_scheme=scheme, base_url=self.url)
        self._contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": COOKIE, "value": self.as_(role).cookies[COOKIE], "url": self.url}])
        page = context.new_page()
        page.on("console", lambda m: None if m.type not in ("error", "warning") or WRONG.match(m.text) else self.said.append(m.text))
        page.on("pageerror", lambda e: self.said.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith((self.url, "data:", "blob:")) else self.said.append(r.url))
        page.goto(path)
        return page

    def axe(self, page: Any) -> None:
        """axe finds nothing serious or critical."""
        from axe_playwright_python.sync_playwright import Axe

        found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert not found, [(v["id"], [n["html"][:200] for n in v["nodes"]][:4]) for v in found]

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """For one test: nothing on the console, nothing fetched from elsewhere."""
        self.said.clear()
        yield
        for opened in (*self._contexts, *self._clients):
            opened.close()
        self._contexts.clear()
        self._clients.clear()
        assert self.said == []


@contextmanager
def running(books: Path, folder: Path) -> Iterator[Bench]:
    """A new record with the samples coded in `folder`, and its workbench."""
    (folder / "books").symlink_to(books)
    before, os.environ["CHARTHOUSE_DATA"] = os.environ["CHARTHOUSE_DATA"], str(folder)
    samples = demo.samples()
    assert samples is not None
    try:
        with closing(record.initialise()) as site:
            visits = demo.fill(site, samples)
            with served(lambda: create(web.workbench(site, demo=True))) as url:
                yield Bench(url=url, site=site, visits=visits)
    finally:
        os.environ["CHARTHOUSE_DATA"] = before
