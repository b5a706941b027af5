"""No connection leaves: the guard that the whole suite runs behind does stop one."""

import socket

import pytest

from tests.ground.sockets import Outbound


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("example.org", 80), ("2001:db8::1", 443, 0, 0)])
def test_the_suite_lets_no_connection_out(address):
    """Every test of every page, mail and file runs behind this guard, from tests/conftest.py."""
    kind = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(kind) as tried, pytest.raises(Outbound):
        tried.connect(address)
    with socket.socket(kind) as tried, pytest.raises(Outbound):
        tried.connect_ex(address)
