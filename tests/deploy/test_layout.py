"""Ports of a system: free, kept, and never one that an outgoing connection could be given meanwhile."""

from __future__ import annotations

import socket
from pathlib import Path

from deploy.local.layout import Layout, free_ports, is_free


def test_ports_are_different_and_free() -> None:
    ports = free_ports(50)
    assert len(set(ports)) == 50
    assert all(is_free(port) for port in ports)


def test_no_port_is_one_that_the_kernel_gives_to_outgoing_connections() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(port < first for port in free_ports(200))


def test_a_port_that_is_avoided_or_taken_is_not_chosen() -> None:
    avoided = free_ports(100)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", avoided[0]))
        listener.listen()
        assert not set(free_ports(500, avoid=avoided)) & set(avoided)
        assert not is_free(avoided[0])


def test_ports_are_kept_between_runs_and_let_go_when_another_took_them(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "home")
    first = layout.ports(["one", "two"])
    assert layout.ports(["one", "two"]) == first
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", first["one"]))
        stranger.listen()
        layout.let_go_of_taken_ports()
        second = layout.ports(["one", "two"])
    assert second["two"] == first["two"]
    assert second["one"] != first["one"]
