"""The option by which a command works for one of several bridges that share an account."""

from pathlib import Path
from typing import Annotated

import typer

from ..configuration import Configuration
from ..parts import sharded
from ..shard import VARIABLE, InvalidShard, Shard
from .configured import configured
from .exits import CONFIGURATION
from .terminal import fail

ShardOption = Annotated[
    str | None,
    typer.Option(
        "--shard",
        envvar=VARIABLE,
        metavar="I/N",
        help="Work for one of several bridges that share the account's properties, such as 2/8.",
        show_default=False,
    ),
]
"""The option of every command that works for one bridge; its value goes to `shard_of`."""


def shard_of(option: str | None) -> Shard:
    """Read the option; where it is no shard, say why and end with exit code 2."""
    try:
        return Shard.parsed(option) if option else Shard()
    except InvalidShard as error:
        fail(str(error), code=CONFIGURATION)


def configured_shard(named: Path | None, shard: Shard) -> Configuration:
    """Load the configuration of a shard; where it cannot be used, say why and end with exit code 2."""
    return sharded(configured(named), shard)
