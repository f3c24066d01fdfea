"""Asking a provider over the wire: a real one (npm oidc-provider), and places that must not be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from sqlalchemy import Engine, text

from chassis.problems import Problem
from chassis.sealing import Sealer
from deploy.local.layout import free_ports
from services.identity import use_cases
from services.identity.domain.client_keys import LARGEST
from services.identity.domain.outside import Asked, CameBack, Leaving, Returned
from services.identity.server.asking import Asking
from services.identity.use_cases import OnDevice
from tests.builders.outside_providers import NAME, OutsideProvider, somebody

HERE = "http://localhost:1"  # nobody: a test reads where it would have been led
TRUSTED = "http://127.0.0.1"


class _Places(BaseHTTPRequestHandler):
    """What a hostile or broken provider may answer."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/plain")
            self.end_headers()
        elif self.path == "/large":
            self._say(b"x" * (LARGEST + 1))
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "10")
            self.end_headers()
            self.wfile.write(b"x")
        elif self.path == "/never":
            self.rfile.read(1)
        else:
            self._say(json.dumps({"got": self.headers.get("Authorization")}).encode())

    def do_POST(self) -> None:
        self._say(self.rfile.read(int(self.headers["Content-Length"])))

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""


@pytest.fixture(scope="module")
def places() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Places)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_form_and_a_header_arrive(places: str) -> None:
    ask = Asking(TRUSTED).ask
    assert json.loads(ask(Asked(f"{places}/", {"Authorization": "Bearer x"})).body) == {"got": "Bearer x"}
    assert ask(Asked(places, form={"a": "b&c"})).body == b"a=b%26c"


def test_a_redirect_is_not_followed(places: str) -> None:
    assert Asking(TRUSTED).ask(Asked(f"{places}/moved")).status == 302


@pytest.mark.parametrize("path", ["/large", "/cut", "/never"])
def test_too_much_too_little_or_too_late_is_nothing(places: str, path: str) -> None:
    with pytest.raises(Problem, match="outside-away"):
        Asking(TRUSTED, seconds=0.5).ask(Asked(f"{places}{path}"))


def test_private_places_are_not_asked_unless_an_operator_trusts_them(places: str) -> None:
    secure = places.replace("http:", "https:")
    for trusted, url in (
        ("", places),
        ("", secure),
        ("http://127.0.0.1:1", places),
        (TRUSTED, secure),
        (TRUSTED, "file:///etc/hosts"),
    ):
        with pytest.raises(Problem, match="outside-away"):
            Asking(trusted).ask(Asked(url))


# ---- a real provider -----------------------------------------------------------------------------------------------


@pytest.fixture(params=["secret, userinfo", "key, ID token"])
def provider(request: pytest.FixtureRequest) -> Iterator[OutsideProvider]:
    ours = request.param.startswith("key")
    made = OutsideProvider(
        free_ports(1)[0],
        f"{HERE}/sign-in/outside/{NAME}/return",
        {"robin": somebody("robin@example.org", acr="AAL2")},
        signs=ours,
        address_in_userinfo=not ours,
    )
    made.start()
    yield made
    made.stop()


def _enter(leaving: Leaving) -> Returned:
    """In at the provider as a browser would, up to where it is led back."""
    with httpx.Client(timeout=20) as browser:
        answer = browser.get(leaving.address)
        while not answer.headers.get("Location", "").startswith(HERE):
            if answer.is_redirect:
                answer = browser.get(urljoin(str(answer.url), answer.headers["Location"]))
            else:
                answer = browser.post(str(answer.url), data={"login": "robin", "do": "enter"})
    sent = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    return Returned(sent["state"], sent.get("code", ""), sent.get("iss", ""), sent.get("error", ""))


@pytest.mark.usefixtures("house")
def test_a_real_provider_lets_somebody_in(db: Engine, sealer: Sealer, provider: OutsideProvider) -> None:
    setting = json.dumps([provider.setting(trusted_email=True)])
    now = datetime.now(UTC)
    providers = use_cases.outside_providers(setting, HERE, Asking(TRUSTED).ask, now)

    def come(returned: Returned, token: str) -> CameBack:
        return use_cases.complete_outside(db, providers, sealer, NAME, token, returned, OnDevice(), now)

    leaving = use_cases.begin_outside(db, providers, NAME, "/events", now)
    returned = _enter(leaving)
    assert returned.issuer == provider.issuer
    found = come(returned, leaving.token).session
    assert found is not None
    assert found.strength == "second"
    with db.begin() as tx:
        assert tx.execute(text("select subject from outside_links")).scalars().all() == ["robin"]

    # a code of one sign-in is not taken in another: its verifier is this browser's
    first, second = (use_cases.begin_outside(db, providers, NAME, "", now) for _ in range(2))
    stolen = _enter(first)
    with pytest.raises(Problem, match="outside-not-verified"):
        come(Returned(_enter(second).state, stolen.code, stolen.issuer), second.token)
