"""What a worker does as it begins, so that its first visitors need not wait for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway import warming
from tests.gateway.taxonomy import Published, published


def warmed(system: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begun and ended; from here on, whatever compiles a template fails."""

    def compile(*_: Any, **__: Any) -> None:
        raise AssertionError("a visitor waits for a template")

    thread = warming.begin(system.app)
    thread.join(60)
    assert not thread.is_alive()
    monkeypatch.setattr(system.app.jinja_env, "compile", compile)


def test_the_first_form_waits_for_no_template_and_no_question_set(
    key_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with published(key_files, versions=(6,), kept=60.0) as system:
        warmed(system, monkeypatch)
        asked = len(system.recording.asked)
        assert asked > 0
        assert system.client.get("/tell-us/form").status_code == 200
        assert system.client.get("/tell-us").status_code == 200
        assert len(system.recording.asked) == asked


def test_while_recording_is_away_the_rest_is_done(key_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with published(key_files, versions=(6,)) as system:
        system.door.stop()
        warmed(system, monkeypatch)
        assert system.client.get("/help").status_code == 200
