"""Promises of the search for a port."""

import socket

from demo import ports

HOST = "127.0.0.1"


def test_a_free_port_is_taken_as_wanted() -> None:
    with socket.create_server((HOST, 0)) as server:
        wanted = server.getsockname()[1]

    assert ports.free(HOST, wanted) == wanted


def test_another_port_is_found_when_the_wanted_one_is_in_use() -> None:
    with socket.create_server((HOST, 0)) as server:
        wanted = server.getsockname()[1]
        found = ports.free(HOST, wanted)

    assert found not in (0, wanted)
