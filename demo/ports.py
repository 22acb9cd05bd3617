"""Ports to listen on."""

from contextlib import closing
import socket


def free(host: str, wanted: int) -> int:
    """Return the wanted port, or any free one when another program has it."""
    for port in (wanted, 0):
        with closing(socket.socket()) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((host, port))
            except OSError:
                continue
            found: int = listener.getsockname()[1]
            return found
    raise OSError(f"{host} has no free port")
