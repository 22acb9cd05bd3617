"""Promises of the search for a port."""

import socket
import sys

import pytest

from demo.ports import reserved

HOST = "127.0.0.1"


@pytest.fixture
def unused() -> int:
    with socket.create_server((HOST, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_a_free_port_is_taken_as_wanted(unused: int) -> None:
    with reserved(HOST, unused) as found:
        assert found == unused


def test_another_port_is_found_when_a_program_listens_there() -> None:
    with socket.create_server((HOST, 0)) as server, reserved(HOST, server.getsockname()[1]) as found:
        assert found not in (0, server.getsockname()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that a socket claims")
def test_two_demos_that_start_at_once_get_different_ports(unused: int) -> None:
    with reserved(HOST, unused) as first, reserved(HOST, unused) as second:
        assert first == unused
        assert second not in (0, unused)


def test_a_port_is_free_again_after_use(unused: int) -> None:
    with reserved(HOST, unused):
        pass
    with reserved(HOST, unused) as found:
        assert found == unused
