"""What the tests of the demo share."""

import pytest


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let tests listen on the loopback, which the harness forbids."""
