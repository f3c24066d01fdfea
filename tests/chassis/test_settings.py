"""Settings are read once, and everything that is missing is said at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.settings import SettingsMissing, names, read, secret


@dataclass(frozen=True, kw_only=True)
class Example:
    database_url: str = secret()
    port: int
    sample: float = 0.1


def test_values_come_from_the_environment_with_their_types() -> None:
    found = read(Example, {"DATABASE_URL": "postgresql://x", "PORT": "50051"})
    assert (found.database_url, found.port, found.sample) == ("postgresql://x", 50051, 0.1)


def test_a_secret_may_come_from_a_file_and_is_never_printed(tmp_path: Path) -> None:
    path = tmp_path / "url"
    path.write_text("postgresql://secret\n")
    found = read(Example, {"DATABASE_URL_FILE": str(path), "PORT": "1"})
    assert found.database_url == "postgresql://secret"
    assert "secret" not in repr(found)


def test_every_missing_name_is_reported_together() -> None:
    with pytest.raises(SettingsMissing) as caught:
        read(Example, {"SAMPLE": "many"})
    for name in ("DATABASE_URL", "PORT", "SAMPLE"):
        assert name in str(caught.value)


def test_what_must_be_given_is_not_given_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("\n")
    for nothing in ({"DATABASE_URL": ""}, {"DATABASE_URL_FILE": str(tmp_path / "url")}):
        with pytest.raises(SettingsMissing, match=r"DATABASE_URL .* is not set"):
            read(Example, {"PORT": "1", **nothing})


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsMissing, match="DATABASE_URL_FILE cannot be read"):
        read(Example, {"DATABASE_URL_FILE": str(tmp_path / "none"), "PORT": "1"})


def test_names_say_what_must_be_given() -> None:
    assert names(Example) == {"DATABASE_URL": True, "PORT": True, "SAMPLE": False}
