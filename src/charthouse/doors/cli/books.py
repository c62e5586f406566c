"""`charthouse books`: compile, list, show, search and add the official books."""
from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from charthouse import bootstrap
from charthouse.doors.cli import books_view, told
from charthouse.record.errors import BadDate, UnknownCode

app = typer.Typer(no_args_is_help=True, help="The official code books: compile, list, show, search, add.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The record's date, YYYY-MM-DD: it picks the edition.")]


def _print(thing: Any) -> None:
    from rich.console import Console

    Console().print(thing)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadDate(value=text) from error


@app.command()
def build() -> None:
    """Compile the code book from the installed packages and the added files."""
    with told.errors(), told.progress("code book") as progress:
        path = bootstrap.build_books(progress)
        size = path.stat().st_size / 1_000_000
        typer.echo(f"Compiled {len(bootstrap.codebook().editions())} editions into {path} ({size:.0f} MB).")


@app.command("list")
def list_books(as_json: Json = False) -> None:
    """Which editions are loaded, from what, in force when, and what is old or not loaded."""
    with told.errors(), told.progress("code book") as progress:
        book = bootstrap.codebook(progress)
        if as_json:
            typer.echo(json.dumps(books_view.manifest_data(book), indent=1))
        else:
            _print(books_view.manifest_table(book))


@app.command()
def show(code: str, on: On = None, as_json: Json = False) -> None:
    """A code as the coder's book shows it: its way, title, validity, notes and what is below."""
    with told.errors(), told.progress("code book") as progress:
        book = bootstrap.codebook(progress)
        entry = books_view.entry_of(book, code)
        if entry is None:
            raise UnknownCode(code=code)
        data = books_view.code_data(book, entry, _date(on))
        if as_json:
            typer.echo(json.dumps(data, indent=1, ensure_ascii=False))
        else:
            _print(books_view.code_page(data))


@app.command()
def find(
    words: Annotated[list[str], typer.Argument(help="Words, an abbreviation, or the start of a code.")],
    system: Annotated[str, typer.Option(help="ICD-10-CM, ICD-10-PCS, HCPCS or CPT (your own file).")] = "ICD-10-CM",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    as_json: Json = False,
) -> None:
    """Search titles, inclusion terms, index and lexicon; forgives typing errors."""
    with told.errors(), told.progress("code book") as progress:
        found = bootstrap.codebook(progress).find(" ".join(words), system=system, limit=limit)
        if as_json:
            typer.echo(json.dumps([{"code": f.code, "title": f.title, "score": f.score, "matched": f.matched} for f in found], ensure_ascii=False))
        elif found:
            _print(books_view.found_table(found))
        else:
            typer.echo("Nothing found. Try fewer or other words, or the start of a code such as E11.2.")
        if not found:
            raise typer.Exit(1)


@app.command()
def add(files: Annotated[list[Path], typer.Argument(help="Official files under their official names.")]) -> None:
    """Check official files, keep them and compile the books anew. A bad file changes nothing."""
    with told.errors(), told.progress("code book") as progress:
        for name in bootstrap.add_book_files(files, progress):
            typer.echo(f"Added {name}.")
        typer.echo("The code book is compiled anew; `charthouse books list` shows what is in it.")
