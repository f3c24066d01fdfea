"""Where a request comes from: what its own proxies say, and nothing that anybody may write."""

from __future__ import annotations

import pytest

from gateway.networks import network_of


def came(peer: str, forwarded: str = "", trusted: int = 0) -> str:
    environ = {"REMOTE_ADDR": peer} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    return network_of(environ, trusted)


def test_without_proxies_of_ours_what_is_forwarded_says_nothing() -> None:
    assert came("192.0.2.1", "198.51.100.7") == "192.0.2.1"
    assert came("192.0.2.1", "198.51.100.7, 203.0.113.9") == came("192.0.2.1")


@pytest.mark.parametrize(
    ("forwarded", "trusted", "network"),
    [
        ("198.51.100.7", 1, "198.51.100.7"),
        ("10.9.9.9, 198.51.100.7", 1, "198.51.100.7"),  # the first is what the client wrote itself
        ("10.9.9.9,10.8.8.8,198.51.100.7", 1, "198.51.100.7"),
        ("10.9.9.9, 198.51.100.7, 192.0.2.200", 2, "198.51.100.7"),
        ("198.51.100.7", 2, "198.51.100.7"),
        ("", 1, "192.0.2.1"),
        (" , ", 1, "192.0.2.1"),
        ("198.51.100.7:4711", 1, "198.51.100.7"),
        ("[2001:db8::7]:4711", 1, "2001:db8::/64"),
    ],
)
def test_as_many_entries_are_believed_as_there_are_proxies(
    forwarded: str, trusted: int, network: str
) -> None:
    assert came("192.0.2.1", forwarded, trusted) == network


@pytest.mark.parametrize(
    "forged", ["nonsense", "<script>", "999.1.1.1", "::::", "١٢٧.0.0.1", "1.2.3.4" * 1000]
)
def test_what_is_no_address_is_not_believed(forged: str) -> None:
    assert came("192.0.2.1", forged, 1) == "192.0.2.1"
    assert came(forged) == "unknown"


def test_one_customer_of_ipv6_is_one_network() -> None:
    assert came("2001:db8:0:1::1") == came("[2001:db8:0:1:ffff:ffff:ffff:ffff]") == "2001:db8:0:1::/64"
    assert came("2001:db8:0:2::1") != came("2001:db8:0:1::1")
    assert came("fe80::1%eth0") == "fe80::/64"


def test_an_ipv4_address_written_as_ipv6_is_the_same() -> None:
    assert came("::ffff:192.0.2.1") == came("192.0.2.1")
