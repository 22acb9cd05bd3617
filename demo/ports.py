"""Ports to listen on."""

from collections.abc import Iterator
from contextlib import contextmanager
import socket
import sys


@contextmanager
def reserved(host: str, wanted: int) -> Iterator[int]:
    """Find a port: the wanted one, or any when a program listens there or another demo is about to."""
    with socket.socket(socket.AF_UNIX) as claim:
        yield wanted if _claimed(claim, wanted) and _bound(host, wanted) else _bound(host, 0)


def _claimed(claim: socket.socket, port: int) -> bool:
    """Claim a port among demos. On Linux a name does that, which lives as long as the socket; others have no such."""
    if sys.platform != "linux":
        return True
    try:
        claim.bind(f"\0layla-demo-{port}")
    except OSError:
        return False
    return True


def _bound(host: str, port: int) -> int:
    """Return the port that binding gives, and give it back; 0 when it is in use."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return 0
        found: int = listener.getsockname()[1]
        return found
