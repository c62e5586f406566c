"""`charthouse users`: the accounts of people who sign in at the workbench."""
from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from charthouse.bootstrap import record, web
from charthouse.doors.cli import told
from charthouse.flow import people

app = typer.Typer(no_args_is_help=True, help="Accounts of people at the workbench: add, list, roles, disable, reset.")
Roles = Annotated[list[str], typer.Option(help="A role; may be given more than once.")]
Facilities = Annotated[list[str], typer.Option(help="A facility whose records the person may see; may be given more than once.")]
Login = Annotated[str, typer.Argument(help="The name to sign in with.")]


@app.command()
def add(login: Login, role: Roles, name: Annotated[str, typer.Option(help="As it is shown to others.")] = "", facility: Facilities = []) -> None:  # noqa: B006
    """Add somebody. The password is shown once, and is changed at the first sign-in."""
    with told.errors(), record.opened() as site:
        typer.echo(people.add(record.sign_in(site, record.operator(), "administration"), web.hasher(), login, name, frozenset(role), frozenset(facility)))
        typer.echo("This password is shown once. It has to be changed at the first sign-in.", err=True)


@app.command("list")
def list_users() -> None:
    """Everybody who has an account."""
    with told.errors(), record.opened() as site:
        found = people.accounts(record.sign_in(site, record.operator(), "administration"))
        for a in found:
            state = "disabled" if a.disabled else "new password" if a.must_change else "in use"
            typer.echo(f"{a.login}  {a.shown}  {state}  second factor {'yes' if a.factor else 'no'}  roles {' '.join(sorted(a.roles))}  facilities {', '.join(sorted(a.facilities)) or 'none'}")
        if not found:
            typer.echo("There is no account. Add one: charthouse users add NAME --role coder --facility NAME")


@app.command()
def roles(login: Login, role: Roles, facility: Facilities = []) -> None:  # noqa: B006
    """Give somebody these roles and facilities, in place of those before. Their sessions end."""
    with told.errors(), record.opened() as site:
        people.change(record.sign_in(site, record.operator(), "administration"), _id(login), lambda a: replace(a, roles=frozenset(role), facilities=frozenset(facility)))
        typer.echo(f"{login}: {' '.join(sorted(role))}")


@app.command()
def disable(login: Login, again: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False) -> None:
    """End somebody's sessions and let them in no more; what they did stays theirs."""
    with told.errors(), record.opened() as site:
        people.change(record.sign_in(site, record.operator(), "administration"), _id(login), lambda a: replace(a, disabled=not again))
        typer.echo(f"{login} can sign in again." if again else f"{login} cannot sign in any more.")


@app.command()
def reset(login: Login) -> None:
    """A new password, shown once; the second factor is taken away."""
    with told.errors(), record.opened() as site:
        typer.echo(people.reset(record.sign_in(site, record.operator(), "administration"), web.hasher(), _id(login)))
        typer.echo("This password is shown once. It has to be changed at the first sign-in.", err=True)


def _id(login: str) -> str:
    return f"user:{login.strip().casefold()}"
