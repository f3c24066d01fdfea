"""The key that signs forms changes; a form that somebody has open still counts until the old one is withdrawn."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chassis import rereading
from chassis.rereading import FromFile
from gateway import create_app
from tests.gateway.conftest import System, _settings

WRONG = {"email": "nobody@example.org", "password": "not the one"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "secret-key"
    made.write_text("old key of forms")
    return made


@pytest.fixture
def door(system: System, key_files: Path, path: Path) -> Any:
    """A browser at a gateway whose key comes from a file."""
    found = replace(
        _settings(key_files, system.doors), secret_key=FromFile(path.read_text(), "SECRET_KEY", path)
    )
    app = create_app(found)
    yield app.test_client()
    app.extensions["clients"].close()


def change(door: Any, path: Path, text: str) -> None:
    """Somebody else's request comes first, so that the next one finds the new keys in use from its beginning."""
    path.write_text(text)
    rereading.states()
    door.application.test_client().get("/health/live")


def a_form(door: Any) -> str:
    page = door.get("/sign-in", base_url="https://localhost").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def sent(door: Any, token: str) -> bool:
    """Whether the form was believed, whatever became of what it says."""
    answer = door.post(
        "/sign-in",
        data=WRONG | {"csrf_token": token},
        base_url="https://localhost",
        headers={"Referer": "https://localhost/sign-in"},
    )
    return "form has expired" not in answer.text


@pytest.mark.parametrize(
    ("keys", "believed"),
    [
        ("old key of forms\nnew key of forms", True),
        ("new key of forms\nold key of forms", True),
        ("new key of forms", False),
    ],
)
def test_an_open_form_counts_until_the_old_key_goes(door: Any, path: Path, keys: str, believed: bool) -> None:
    form = a_form(door)
    change(door, path, keys)
    assert sent(door, form) is believed
    assert sent(door, a_form(door))


def test_a_form_signed_with_the_new_key_is_believed_by_a_worker_that_does_not_sign_with_it_yet(
    door: Any, path: Path
) -> None:
    change(door, path, "new key of forms\nold key of forms")
    form = a_form(door)
    change(door, path, "old key of forms\nnew key of forms")
    assert sent(door, form)


def test_an_empty_file_keeps_the_old_key(door: Any, path: Path) -> None:
    form = a_form(door)
    change(door, path, "\n \n")
    assert sent(door, form)
