"""What every command tells the person alike: errors in one line, and progress while the code book is compiled."""
from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from charthouse import bootstrap
from charthouse.record.errors import CharthouseError


@contextmanager
def errors() -> Iterator[None]:
    """Turn an error of ours into one line on stderr and its exit status."""
    try:
        yield
    except CharthouseError as error:
        typer.echo(f"{error.code}: {error}", err=True)
        raise typer.Exit(error.exit_status) from error


@contextmanager
def progress(label: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr, and only when that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda label, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def ready() -> None:
    """Compile the code book first when there is none or it is out of date, saying so."""
    if not bootstrap.book_is_current():
        typer.echo("Compiling the code book (once; some seconds) ...", err=True)
        with progress("code book") as tell:
            bootstrap.build_books(tell)
