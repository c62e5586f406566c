"""`charthouse second-reader check`: does the endpoint that the site has set up answer, and in the form that is asked for?"""
from __future__ import annotations

from typing import Annotated

import typer

from charthouse import bootstrap
from charthouse.doors.cli import told

app = typer.Typer(no_args_is_help=True, help="The second reader: a language model on the site's own network, off unless set up.")


@app.callback()
def second_reader() -> None:
    """The second reader: a language model on the site's own network, off unless set up."""


@app.command()
def check(as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the view.")] = False) -> None:
    """Try the endpoint with an invented note: two codes, one that the note states and one that it denies."""
    import json

    from charthouse.flow.second_reading import try_out

    with told.errors():
        reader = bootstrap.second_reader()
        offered = reader.models()
        found = {"model": reader.name, "model_is_offered": reader.name in offered, **try_out(reader)}
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            _show(found)
        raise typer.Exit(0 if found["usable"] else 1)


def _show(found: dict[str, object]) -> None:
    offered = "is offered" if found["model_is_offered"] else "is not among the models that the endpoint lists"
    typer.echo(f"The model {found['model']} {offered}.")
    for line in found["said"] if isinstance(found["said"], list) else ():
        typer.echo(f"  {line['code']} {line['title']}: {line['message']}")
    typer.echo(f"{found['requests']} requests, {found['tokens_in']} + {found['tokens_out']} tokens, {found['seconds']} s.")
    typer.echo("It can be used as a second reader." if found["usable"] else "It cannot be used as a second reader: each code needs an answer in the form that was asked for.")
