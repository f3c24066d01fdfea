"""A device by which somebody is known again: its cookie, and what its owner calls it in a list."""

from __future__ import annotations

COOKIE = "__Host-device"
_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_PLACES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def label(user_agent: str) -> str:
    """Roughly what it is: the browser and the system, and nothing more exact."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    place = next((name for mark, name in _PLACES if mark in user_agent), "")
    return f"{browser} on {place}" if place else browser
