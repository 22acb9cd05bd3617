"""What the demo says, in the manner of the scripts."""

import typer


def say(progress: str) -> None:
    """Say what goes on."""
    typer.echo(f"==> {progress}", err=True)
