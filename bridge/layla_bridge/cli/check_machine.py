"""What `check` tries on this machine: the folder of the bridge's data, and the port of its status page."""

import asyncio
from collections.abc import Sequence
import errno
from pathlib import Path
import socket
import tempfile

from ..configuration import Configuration
from ..outbox import OutboxFailed, in_use
from ..parts import outbox_path
from .findings import Finding, failed, noted, passed


async def data_folder(configuration: Configuration) -> Sequence[Finding]:
    """Try to write into the folder, and see whether a bridge works there already."""
    folder, outbox = configuration.data, outbox_path(configuration)
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    try:
        _write(nearest)
        if in_use(outbox):
            return [
                noted(f"{folder} is in use: a bridge is running with it", "Another bridge needs a folder of its own.")
            ]
    except OSError as error:
        return [
            failed(
                f"{nearest} cannot be written to: {error.strerror}",
                "Give the folder to the user that the bridge runs as, or name another one as data.",
            )
        ]
    except OutboxFailed as error:
        return [failed(str(error))]
    return [passed(f"{folder} can be written to" if nearest == folder.absolute() else f"{folder} can be made")]


def _write(folder: Path) -> None:
    """Write a file that has no name, so that nothing is left. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"layla")


async def status_page(configuration: Configuration) -> Sequence[Finding]:
    """See whether the port is free; a bridge that is running has it."""
    page = configuration.status_page
    if not page.enabled:
        return [passed("is switched off")]
    where = f"{page.host}:{page.port}"
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, page.host, page.port)
    except socket.gaierror:
        return [failed(f"{page.host} is not an address of this machine", "Correct status_page.host.")]
    except OSError as error:
        return [_taken(configuration, where, error)]
    server.close()
    await server.wait_closed()
    return [passed(f"{where} is free")]


def _taken(configuration: Configuration, where: str, error: OSError) -> Finding:
    if error.errno != errno.EADDRINUSE:
        return failed(f"{where} cannot be used: {error.strerror}", "Correct status_page.host or status_page.port.")
    if _runs(configuration):
        return noted(f"{where} is in use, by the bridge that is running")
    return failed(f"{where} is in use by another program", "Choose another port as status_page.port.")


def _runs(configuration: Configuration) -> bool:
    try:
        return in_use(outbox_path(configuration))
    except OutboxFailed:
        return False  # the data folder's own step has said so
