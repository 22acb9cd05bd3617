"""The commands, gathered."""

from typing import Annotated, Final

import typer

from ..version import VERSION
from .check import check
from .clean import clean
from .history import history
from .init import init
from .run import run
from .sign_in import sign_in
from .terminal import report, tolerate_narrow_encodings
from .topics import topics

_EPILOG: Final = (
    "Exit codes: 0 it worked; 1 it did not, and the text says why; 2 the configuration or the command line is wrong."
)

# Without rich's panels: help and errors are read in logs and on dumb terminals as well.
app = typer.Typer(
    name="layla-bridge",
    help="LaylaElectric homes on MQTT.",
    epilog=_EPILOG,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it like this
    if wanted:
        report().print(f"layla-bridge {VERSION}")
        raise typer.Exit


@app.callback()
def begin(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Prepare what all commands share."""
    del version
    tolerate_narrow_encodings()


for command in (init, sign_in, check, run, topics, history, clean):
    app.command()(command)
