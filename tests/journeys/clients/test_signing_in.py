"""A vendor signs in with a key of its own, through the real system, by hand and with Authlib as it comes."""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT

from tests.builders.safety_events import as_fhir_v6
from tests.builders.vendors import ASSERTION, Key, a_key, claims, public, signed, unsigned
from tests.journeys.conftest import World, eventually

VENDORS = Path(__file__).parents[3] / "docs" / "vendors.md"
WRITE, READ = "adverse-event.write", "adverse-event.read"
FHIR = "/adverse-event/fhir"


class Vendor:
    """A product at RZ2, registered by that trust's own administrator."""

    def __init__(self, world: World, admin: httpx.Client, environment: str = "production") -> None:
        self.url, self.admin = world.url, admin
        sent = {
            "product": f"Journey {uuid.uuid4().hex[:8]}",
            "organisation": "RZ2",
            "environment": environment,
        }
        answer = admin.post("/api/v1/admin/clients", json=sent)
        assert answer.status_code == 201, answer.text
        self.id = str(answer.json()["client_id"])
        self.product = sent["product"]

    def registers(self, **keys: Any) -> httpx.Response:
        return self.admin.put(f"/api/v1/admin/clients/{self.id}/keys", json=keys)

    def asks(self, key: Key, alg: str = "RS512", scope: str = "", **changes: Any) -> httpx.Response:
        said = claims(self.id, **({"aud": f"{self.url}/oauth2/token"} | changes))
        return ask(self.url, signed(key, said, alg), scope)

    def token(self, key: Key, alg: str = "RS512", scope: str = "") -> str:
        answer = self.asks(key, alg, scope)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])


def ask(url: str, assertion: str, scope: str = "") -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion,
        "scope": scope,
    }
    return httpx.post(f"{url}/oauth2/token", data=form)


@pytest.fixture
def doors() -> Iterator[ExitStack]:
    """Closes every client that a journey opened."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def admin(world: World, doors: ExitStack) -> httpx.Client:
    return doors.enter_context(world.person("org_admin", "RZ2"))


@pytest.fixture
def support(world: World, doors: ExitStack) -> httpx.Client:
    return doors.enter_context(world.person("support"))


def lrms(world: World, doors: ExitStack, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    return doors.enter_context(httpx.Client(base_url=f"{world.url}{FHIR}", headers=headers, timeout=40))


def an_event() -> dict[str, Any]:
    return as_fhir_v6(organisation=None, local_reference=f"J-{uuid.uuid4().hex[:12]}")


RSA = a_key("2048", "rsa")


def test_a_product_records_without_a_shared_key_until_it_is_ended(
    world: World, doors: ExitStack, admin: httpx.Client, support: httpx.Client
) -> None:
    # Given a product whose public key its customer registered
    vendor = Vendor(world, admin)
    assert vendor.registers(jwks=json.loads(public(RSA))).status_code == 200

    # When it signs, it gets a token and records, and reads back what it recorded
    token = vendor.token(RSA)
    product = lrms(world, doors, token)
    made = product.post("/AdverseEvent", json=an_event())
    assert made.status_code == 201, made.text
    assert product.get(f"/AdverseEvent/{made.json()['id']}").status_code == 200

    # Then support can see what the token is, and who the client is
    told = support.post("/api/v1/admin/introspection", json={"token": token}).json()
    assert (told["active"], told["client_id"], told["organisation"]) == (True, vendor.id, "RZ2")
    assert token not in str(told)
    assert admin.post("/api/v1/admin/introspection", json={"token": token}).status_code == 403
    (listed,) = [
        one
        for one in admin.get("/api/v1/admin/clients?organisation=RZ2").json()["items"]
        if one["client_id"] == vendor.id
    ]
    assert listed["keys"]["last_used_on"]

    # And when the client is ended, the token is refused within a second, by every worker
    assert admin.delete(f"/api/v1/admin/clients/{vendor.id}").status_code == 200
    eventually(lambda: all(product.get("/AdverseEvent").status_code == 401 for _ in range(10)), seconds=1)
    assert vendor.asks(RSA).json()["error"] == "invalid_client"
    assert support.post("/api/v1/admin/introspection", json={"token": token}).json()["state"] == "revoked"


def test_a_key_and_a_token_of_one_client_see_the_same_records(
    world: World, doors: ExitStack, admin: httpx.Client
) -> None:
    vendor = Vendor(world, admin)
    vendor.registers(jwks=json.loads(public(RSA)))
    wanted = {"product": vendor.product, "organisation": "RZ2", "environment": "production"}
    key = admin.post("/api/v1/admin/credentials", json=wanted).json()["key"]
    event, once = an_event(), {"Idempotency-Key": uuid.uuid4().hex}
    token = vendor.token(RSA)
    with_token = lrms(world, doors, token).post("/AdverseEvent", json=event, headers=once)
    headers = {"Ocp-Apim-Subscription-Key": key, "Content-Type": "application/fhir+json"}
    with_key = httpx.post(f"{world.url}{FHIR}/AdverseEvent", json=event, headers=headers | once)
    assert with_key.json()["id"] == with_token.json()["id"]
    both = httpx.get(
        f"{world.url}{FHIR}/AdverseEvent", headers=headers | {"Authorization": f"Bearer {token}"}
    )
    assert both.status_code == 400


def test_what_was_not_signed_for_here_and_now_gets_nothing(world: World, admin: httpx.Client) -> None:
    vendor, stranger = Vendor(world, admin), a_key("2048", "rsa")
    vendor.registers(jwks=json.loads(public(RSA)))
    said = claims(vendor.id, aud=f"{world.url}/oauth2/token")
    answers = [
        ask(world.url, unsigned(said, kid="rsa")),
        ask(world.url, signed(stranger, said, "RS512")),
        ask(world.url, signed(RSA, said, "RS512", kid="other")),
        vendor.asks(RSA, aud="https://elsewhere.example/oauth2/token"),
        vendor.asks(RSA, exp=int(time.time()) - 60),
        vendor.asks(RSA, exp=int(time.time()) + 3600),
        vendor.asks(RSA, jti=None),
        ask(world.url, "nonsense"),
    ]
    assert {(one.status_code, one.json()["error"]) for one in answers} == {(401, "invalid_client")}
    assert {one.headers["Cache-Control"] for one in answers} == {"no-store"}
    assertion = signed(RSA, said, "RS512")
    assert [ask(world.url, assertion).status_code for _ in range(3)] == [200, 401, 401]


def test_authlib_signs_in_as_it_comes(world: World, admin: httpx.Client) -> None:
    """But for the end of what it signs, which it puts an hour ahead: we take five minutes at most."""
    vendor = Vendor(world, admin)
    vendor.registers(jwks=json.loads(public(RSA)))
    found = httpx.get(f"{world.url}/.well-known/oauth-authorization-server").json()
    pem = RSA.as_pem(private=True)
    with OAuth2Client(vendor.id, pem, token_endpoint_auth_method="private_key_jwt", scope=WRITE) as client:
        for _ in range(2):
            soon = {"exp": int(time.time()) + 240}
            client.register_client_auth_method(
                PrivateKeyJWT(found["token_endpoint"], claims=soon, headers={"kid": "rsa"}, alg="RS512")
            )
            token = client.fetch_token(found["token_endpoint"], grant_type="client_credentials")
            assert (token["token_type"], token["scope"]) == ("Bearer", WRITE)
        made = client.post(f"{world.url}{FHIR}/AdverseEvent", json=an_event())
        assert made.status_code == 201, made.text


def test_the_example_for_vendors_works(world: World, admin: httpx.Client, tmp_path: Path) -> None:
    vendor, private = Vendor(world, admin), tmp_path / "private.json"
    vendor.registers(jwks=json.loads(public(RSA)))
    private.write_text(json.dumps(RSA.as_dict(private=True)))
    (example,) = re.findall(r"```python\n(.*?)```", VENDORS.read_text(), re.DOTALL)
    for written, here in (
        ("https://lfpse.example.org", world.url),
        ("your client_id", vendor.id),
        ("private.json", str(private)),
    ):
        assert written in example
        example = example.replace(written, here)
    defined: dict[str, Any] = {}
    exec(example, defined)
    headers = {"Authorization": f"Bearer {defined['token']()}"}
    assert httpx.get(f"{world.url}{FHIR}{EVENTS}", headers=headers).status_code == 200


class Site:
    """A vendor's own web site, which publishes its key set."""

    def __init__(self, doors: ExitStack) -> None:
        self.set, self.looked = "{}", 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.looked += 1
                body = site.set.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: Any) -> None:
                """Says nothing."""

        server = doors.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        doors.callback(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_address[1]}/jwks"


def test_a_vendor_publishes_its_keys_and_changes_one_without_telling_us(
    world: World, doors: ExitStack, admin: httpx.Client
) -> None:
    site, old, new = Site(doors), a_key("P-384", "2026"), a_key("Ed25519", "2027")
    vendor = Vendor(world, admin)
    site.set = public(old)
    answer = vendor.registers(jwks_uri=site.url)
    assert answer.status_code == 200, answer.text
    assert answer.json()["keys"]["jwks_uri"] == site.url
    assert vendor.token(old, "ES384")
    site.set = public(old, new)
    assert vendor.asks(new, "EdDSA").status_code == 401  # looked at a moment ago: once a minute
    assert site.looked == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://vendor.example/jwks",
        "https://10.0.0.1/jwks",
        "https://169.254.169.254/jwks",
        "https://127.0.0.1/jwks",
        "https://[::1]/",
    ],
)
def test_a_key_set_is_not_fetched_from_inside(world: World, admin: httpx.Client, url: str) -> None:
    answer = Vendor(world, admin).registers(jwks_uri=url)
    assert (answer.status_code, answer.json()["code"]) == (422, "keys-not-accepted")
    assert answer.json()["faults"][0]["path"] == "jwks_uri"


def test_a_private_key_is_refused_and_not_quoted(world: World, admin: httpx.Client) -> None:
    private = RSA.as_dict(private=True)
    answer = Vendor(world, admin).registers(jwks={"keys": [private]})
    assert answer.json()["faults"][0]["code"] == "key-not-public"
    assert str(private["d"]) not in answer.text


def test_a_sandbox_token_finds_nothing_that_is_live(
    world: World, doors: ExitStack, admin: httpx.Client
) -> None:
    live, trial = Vendor(world, admin), Vendor(world, admin, "sandbox")
    for one in (live, trial):
        one.registers(jwks=json.loads(public(RSA)))
    made = lrms(world, doors, live.token(RSA)).post("/AdverseEvent", json=an_event()).json()["id"]
    tried = lrms(world, doors, trial.token(RSA))
    assert tried.get(f"/AdverseEvent/{made}").status_code == 404
    assert tried.put(f"/AdverseEvent/{made}", json=an_event() | {"id": made}).status_code == 404
    assert tried.delete(f"/AdverseEvent/{made}").status_code == 404
    assert tried.post("/$reset-sandbox").status_code == 200


# ---- scopes ----------------------------------------------------------------------------------------------------

EVENTS = "/AdverseEvent"
WRITES = (
    "create",
    "update",
    "withdraw",
    "validate",
    "validate again",
    "reconcile",
    "reconcile all",
    "import",
    "batch create",
)
READS = ("read", "vread", "history", "search", "search by form", "batch read", "batch search")


def entry(method: str, url: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"request": {"method": method, "url": url}} | more],
    }


def done(product: httpx.Client, event: str) -> dict[str, httpx.Response]:
    """Everything that can be done with events, the end of one last."""
    one, form = f"{EVENTS}/{event}", {"Content-Type": "application/x-www-form-urlencoded"}
    lines = {"Content-Type": "application/fhir+ndjson"}
    named = {"resourceType": "Parameters", "parameter": [{"name": "local-reference", "valueString": "J-1"}]}
    return {
        "create": product.post(EVENTS, json=an_event()),
        "update": product.put(one, json=as_fhir_v6(organisation=None) | {"id": event}),
        "validate": product.post(f"{EVENTS}/$validate", json=an_event()),
        "validate again": product.post(f"{one}/$validate", json=as_fhir_v6(organisation=None)),
        "reconcile": product.post(f"{EVENTS}/$reconcile", json=named),
        "reconcile all": product.get(f"{EVENTS}/$reconcile"),
        "import": product.post(f"{EVENTS}/$import", content=json.dumps(an_event()), headers=lines),
        "batch create": product.post("", json=entry("POST", "AdverseEvent", resource=an_event())),
        "read": product.get(one),
        "vread": product.get(f"{one}/_history/1"),
        "history": product.get(f"{one}/_history"),
        "search": product.get(EVENTS),
        "search by form": product.post(f"{EVENTS}/_search", content="_count=1", headers=form),
        "batch read": product.post("", json=entry("GET", f"AdverseEvent/{event}")),
        "batch search": product.post("", json=entry("GET", "AdverseEvent?_count=1")),
        "withdraw": product.delete(one),
    }


def refused(answer: httpx.Response) -> bool:
    """Whether it was beyond the scope, also where that is said inside of an answer."""
    return "PSE-1303" in answer.text


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [(WRITE, WRITES), (READ, READS), (f"{READ} {WRITE}", WRITES + READS), ("", WRITES + READS)],
)
@pytest.mark.parametrize("shown", ["token", "key"])
def test_what_is_beyond_the_scope_is_refused_and_nothing_else(
    world: World, doors: ExitStack, admin: httpx.Client, scope: str, allowed: tuple[str, ...], shown: str
) -> None:
    vendor = Vendor(world, admin)
    vendor.registers(jwks=json.loads(public(RSA)))
    event = lrms(world, doors, vendor.token(RSA)).post(EVENTS, json=an_event()).json()["id"]
    if shown == "token":
        product = lrms(world, doors, vendor.token(RSA, scope=scope))
    else:
        wanted = {"product": vendor.product, "organisation": "RZ2", "environment": "production"}
        narrowed = {"scopes": scope.split()} if scope else {}
        key = admin.post("/api/v1/admin/credentials", json=wanted | narrowed).json()["key"]
        headers = {"Ocp-Apim-Subscription-Key": key, "Content-Type": "application/fhir+json"}
        product = doors.enter_context(
            httpx.Client(base_url=f"{world.url}{FHIR}", headers=headers, timeout=40)
        )
    answers = done(product, event)
    assert set(answers) == set(WRITES + READS)
    assert {name for name, one in answers.items() if not refused(one)} == set(allowed)
    for name, one in answers.items():
        inside = name.startswith("batch") or name == "import"
        if name in allowed or inside:
            assert one.is_success, (name, one.text)
        else:
            assert one.status_code == 403, (name, one.text)


def test_a_trial_is_written_and_not_read(world: World, doors: ExitStack, admin: httpx.Client) -> None:
    vendor = Vendor(world, admin, "sandbox")
    vendor.registers(jwks=json.loads(public(RSA)))
    run = {"product_version": "1", "question_set": 6}
    for scope, status in ((READ, 403), (WRITE, 201)):
        product = lrms(world, doors, vendor.token(RSA, scope=scope))
        assert product.post("/$conformance", json=run).status_code == status
