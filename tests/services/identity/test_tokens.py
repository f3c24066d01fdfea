"""Access tokens for clients that sign: who gets one, who does not, and what is told of why."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis.actors import Signer, Verifier
from chassis.problems import Kind, Problem
from services.identity import use_cases
from services.identity.domain import client_keys
from services.identity.domain.assertions import Token
from tests.builders.people import Sample
from tests.builders.vendors import (
    AUDIENCES,
    ENDPOINT,
    ISSUER,
    Key,
    a_key,
    claims,
    public,
    signed,
    signed_by_hand,
    unsigned,
    with_the_public_key_as_secret,
)
from tests.services.identity.test_credentials import SUPPORT

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEYS = {kind: a_key(kind) for kind in ("P-256", "P-384", "Ed25519", "2048")}
KEY = KEYS["P-256"]


def nothing(address: str) -> bytes:
    raise AssertionError("nothing is fetched for a set that was sent")


class Vendor:
    """A client of RZ1 whose public key is registered."""

    def __init__(self, db: Engine, environment: str = "production", product: str = "Signing LRMS") -> None:
        self.db = db
        made, _ = use_cases.register_client(db, SUPPORT, product, "RZ1", environment, NOW)
        self.id = made.client.id

    def registers(self, *keys: Key, at: datetime = NOW) -> Vendor:
        use_cases.put_keys(self.db, nothing, SUPPORT, self.id, public(*keys), "", at)
        return self

    def says(self, **changes: Any) -> dict[str, Any]:
        return claims(self.id, NOW.timestamp(), **changes)

    def asks(
        self, assertion: str, scope: str = "", at: datetime = NOW, fetch: use_cases.Fetch = nothing
    ) -> Token:
        return use_cases.issue_token(self.db, fetch, AUDIENCES, assertion, scope, "", at)

    def token(self, scope: str = "", at: datetime = NOW) -> Token:
        said = claims(self.id, at.timestamp())
        return self.asks(signed(KEY, said), scope, at)


@pytest.fixture
def vendor(db: Engine, house: Sample) -> Vendor:
    return Vendor(db).registers(KEY)


def refusal(call: Callable[[], Any]) -> Problem:
    with pytest.raises(Problem) as refused:
        call()
    return refused.value


def tokens_of(db: Engine) -> list[Any]:
    with db.begin() as tx:
        return list(tx.execute(text("select * from access_tokens")).all())


@pytest.mark.parametrize(
    ("kind", "alg"),
    [
        ("2048", "RS512"),
        ("2048", "RS256"),
        ("2048", "PS256"),
        ("P-256", "ES256"),
        ("P-384", "ES384"),
        ("Ed25519", "EdDSA"),
        ("Ed25519", "Ed25519"),
    ],
)
def test_a_client_that_signs_gets_a_token_for_five_minutes(
    db: Engine, house: Sample, signer: Signer, verifier: Verifier, kind: str, alg: str
) -> None:
    vendor = Vendor(db).registers(KEYS[kind])
    made = vendor.asks(signed(KEYS[kind], vendor.says(), alg))
    assert made.expires_at == NOW + timedelta(minutes=5)
    assert len(made.secret) == 43
    one = use_cases.actor_for_token(db, signer, made.secret, False, NOW)
    actor = verifier.verify(one.token)
    assert (actor.id, actor.kind, actor.organisation) == (f"client:{vendor.id}", "client", "RZ1")
    assert one.watch_id == actor.id


def test_a_token_and_a_key_of_one_client_are_one_actor(
    db: Engine, house: Sample, signer: Signer, verifier: Verifier
) -> None:
    vendor = Vendor(db).registers(KEY)
    _, key = use_cases.issue_credential(db, SUPPORT, "Signing LRMS", "RZ1", "production", 0, NOW)
    both = (
        use_cases.actor_for_key(db, signer, key, NOW),
        use_cases.actor_for_token(db, signer, vendor.token().secret, False, NOW),
    )
    first, second = (verifier.verify(one.token) for one in both)
    assert first == second


def test_the_issuer_is_as_good_an_audience_as_the_endpoint(vendor: Vendor) -> None:
    for audience in (ISSUER, [ENDPOINT]):
        assert vendor.asks(signed(KEY, vendor.says(aud=audience)))


def test_no_token_and_no_jti_is_kept_as_it_is(db: Engine, vendor: Vendor) -> None:
    made = vendor.asks(signed(KEY, vendor.says(jti="a-name-to-look-for")))
    with db.begin() as tx:
        kept = [
            str(row)
            for table in ("access_tokens", "assertions_used", "audit")
            for row in tx.execute(text(f"select * from {table}"))
        ]
    assert kept
    assert not [row for row in kept if made.secret in row or "a-name-to-look-for" in row]


def test_a_token_is_in_the_audit_with_the_key_that_signed_for_it(db: Engine, vendor: Vendor) -> None:
    made = vendor.token()
    with db.begin() as tx:
        (row,) = tx.execute(text("select actor, about, detail from audit where action = 'token-issued'"))
    assert (row.actor, row.about) == (f"client:{vendor.id}", made.id)
    assert row.detail["key"] == KEY.thumbprint()


# ---- what is refused -------------------------------------------------------------------------------------------


def at(seconds: float) -> int:
    return int(NOW.timestamp() + seconds)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"exp": at(-60)}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": 1e300}, "exp"),
        ({"exp": at(3600)}, "five minutes"),
        ({"exp": at(315)}, "five minutes"),
        ({"nbf": at(60)}, "nbf"),
        ({"iat": at(60)}, "iat"),
        ({"iat": "now"}, "iat"),
        ({"aud": None}, "aud"),
        ({"aud": "https://elsewhere.example/token"}, "aud"),
        ({"aud": [ENDPOINT, "https://elsewhere.example"]}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": {"a": 1}}, "aud"),
        ({"aud": f"{ISSUER}/"}, "aud"),
        ({"iss": "somebody"}, "iss and sub"),
        ({"iss": None}, "iss and sub"),
        ({"sub": None}, "iss and sub"),
        ({"sub": "00000000-0000-0000-0000-000000000000"}, "iss and sub"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"jti": "x" * 201}, "jti"),
        ({"jti": "a\0b"}, "jti"),
        ({"jti": "\ud800"}, "jti"),
        ({"exp": float("nan")}, "exp"),
        ({"exp": float("-inf")}, "exp"),
        ({"iat": float("inf")}, "iat"),
    ],
)
def test_a_claim_that_does_not_hold_is_refused_and_named(
    db: Engine, vendor: Vendor, changes: dict[str, Any], told: str
) -> None:
    refused = refusal(lambda: vendor.asks(signed(KEY, vendor.says(**changes))))
    assert (refused.kind, refused.code) == (Kind.UNAUTHENTICATED, "invalid-client")
    assert told in refused.detail
    assert not tokens_of(db)


def test_clocks_may_be_a_few_seconds_apart(vendor: Vendor) -> None:
    assert vendor.asks(signed(KEY, vendor.says(exp=at(-9), iat=at(-60))))
    assert vendor.asks(signed(KEY, vendor.says(exp=at(309), iat=at(9))))
    refusal(lambda: vendor.asks(signed(KEY, vendor.says(exp=at(-11)))))


CRITICAL = {"alg": "ES256", "kid": "one", "crit": ["x"], "x": 1}


def forgeries(vendor: Vendor) -> dict[str, str]:
    said, stranger = vendor.says(), a_key("P-256", "one")
    jwk = json.dumps(KEY.as_dict(private=False)).encode()
    head, body, tag = signed(KEY, said).split(".")
    other = signed(KEY, vendor.says(scope="everything")).split(".")[1]
    return {
        "no signature": unsigned(said),
        "None in another case": unsigned(said, "nOnE"),
        "a signature left out": unsigned(said, "ES256"),
        "the public key as a secret": with_the_public_key_as_secret(KEY, said),
        "the public JWK as a secret": with_the_public_key_as_secret(KEY, said, jwk),
        "a stranger's key under the same name": signed(stranger, said),
        "a stranger's key that the header brings along": signed(
            stranger, said, jwk=stranger.as_dict(private=False)
        ),
        "an address in the header": signed(stranger, said, jku="https://elsewhere.example/jwks"),
        "an unknown kid": signed(KEY, said, kid="another"),
        "no kid": signed(KEY, said, kid=None),
        "a kid that is no text": unsigned(said, "ES256", kid=7),  # type: ignore[arg-type]
        "a kid that is a path": signed(KEY, said, kid="../../one"),
        "another client's name": signed(KEY, said | dict.fromkeys(("iss", "sub"), vendor.id[::-1])),
        "other claims under the signature": f"{head}.{other}.{tag}",
        "an algorithm of another kind of key": signed(KEYS["2048"], said, "RS256", kid="one"),
        "an algorithm that is not on the list": signed(KEYS["2048"], said, "RS384", kid="one"),
        "a critical header that we do not know": signed_by_hand(KEY, CRITICAL, said),
        "two parts": f"{head}.{body}",
        "four parts": f"{head}.{body}.{tag}.{tag}",
        "nothing": "",
        "no base64": "a.b.c",
        "claims that are a list": signed(KEY, [said]),  # type: ignore[arg-type]
        "not ASCII": "é.é.é",
        "a whole book": signed(KEY, said | {"book": "x" * 9000}),
        "a deep hole": unsigned(said).replace(".", "." + "W1tb" * 2000 + ".", 1),
        "a session's token": secrets.token_urlsafe(32),
    }


def test_what_the_client_did_not_sign_gets_no_token(db: Engine, vendor: Vendor) -> None:
    for name, assertion in forgeries(vendor).items():
        refused = refusal(lambda: vendor.asks(assertion))  # noqa: B023
        assert (refused.kind, refused.code) == (Kind.UNAUTHENTICATED, "invalid-client"), name
    assert not tokens_of(db)


def test_what_is_signed_by_hand_without_that_header_gets_one(vendor: Vendor) -> None:
    assert vendor.asks(signed_by_hand(KEY, {"alg": "ES256", "kid": "one"}, vendor.says()))


def test_whether_a_client_or_a_key_is_known_cannot_be_told_from_the_answer(
    db: Engine, vendor: Vendor
) -> None:
    stranger = a_key("P-256", "one")
    nobody = "01900000-0000-7000-8000-000000000000"
    keyless = Vendor(db, product="Another LRMS")
    answers = {
        (said.code, said.detail)
        for said in (
            refusal(lambda: vendor.asks(signed(stranger, vendor.says()))),
            refusal(lambda: vendor.asks(signed(KEY, vendor.says(), kid="unknown"))),
            refusal(lambda: vendor.asks(signed(KEY, claims(nobody, NOW.timestamp())))),
            refusal(lambda: vendor.asks(signed(KEY, claims(keyless.id, NOW.timestamp())))),
        )
    }
    assert len(answers) == 1


def test_the_key_of_another_client_opens_nothing(db: Engine, vendor: Vendor) -> None:
    theirs = a_key("P-256", "theirs")
    Vendor(db, product="Another LRMS").registers(theirs)
    refused = refusal(lambda: vendor.asks(signed(theirs, vendor.says())))
    assert refused.code == "invalid-client"


def test_an_assertion_is_good_once(db: Engine, vendor: Vendor) -> None:
    assertion = signed(KEY, vendor.says())
    vendor.asks(assertion)
    assert "used before" in refusal(lambda: vendor.asks(assertion)).detail
    again = signed(KEY, vendor.says(jti=json.loads(_payload(assertion))["jti"], exp=at(120)))
    assert "used before" in refusal(lambda: vendor.asks(again)).detail
    assert len(tokens_of(db)) == 1


def _payload(assertion: str) -> bytes:
    part = assertion.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_two_clients_may_choose_the_same_jti(db: Engine, vendor: Vendor) -> None:
    other = Vendor(db, product="Another LRMS").registers(KEY)
    for one in (vendor, other):
        assert one.asks(signed(KEY, one.says(jti="1")))


def test_of_replays_at_once_exactly_one_wins(db: Engine, vendor: Vendor) -> None:
    assertion, ready = signed(KEY, vendor.says()), threading.Barrier(8)

    def ask() -> bool:
        ready.wait()
        try:
            return bool(vendor.asks(assertion))
        except Problem:
            return False

    with ThreadPoolExecutor(8) as several:
        won = [one.result() for one in [several.submit(ask) for _ in range(8)]]
    assert sum(won) == 1
    assert len(tokens_of(db)) == 1


def test_what_was_used_is_remembered_until_it_would_be_refused_as_expired(db: Engine, vendor: Vendor) -> None:
    vendor.asks(signed(KEY, vendor.says(exp=at(120))))
    with db.begin() as tx:
        (until,) = tx.execute(text("select until from assertions_used")).scalars()
    assert until >= datetime.fromtimestamp(at(120), UTC) + timedelta(seconds=10)


def test_what_nobody_can_use_any_more_is_forgotten(db: Engine, vendor: Vendor) -> None:
    now = datetime.now(UTC)
    vendor.token(at=now - timedelta(days=8))
    vendor.token(at=now)
    with db.begin() as tx:
        assert use_cases.forget_tokens(tx) is False
    assert [row.issued_at for row in tokens_of(db)] == [now]
    with db.begin() as tx:
        assert tx.execute(text("select count(*) from assertions_used")).scalar() == 1


def test_beside_the_assertion_another_client_may_not_be_named(vendor: Vendor) -> None:
    assertion = signed(KEY, vendor.says())
    refused = refusal(
        lambda: use_cases.issue_token(vendor.db, nothing, AUDIENCES, assertion, "", "another", NOW)
    )
    assert refused.code == "invalid-client"
    assert use_cases.issue_token(vendor.db, nothing, AUDIENCES, assertion, "", vendor.id, NOW)


# ---- how a token ends ------------------------------------------------------------------------------------------


def test_a_token_ends_after_five_minutes_but_for_a_request_that_is_under_way(
    db: Engine, vendor: Vendor, signer: Signer
) -> None:
    made = vendor.token()
    late = NOW + timedelta(minutes=5)
    assert (
        refusal(lambda: use_cases.actor_for_token(db, signer, made.secret, False, late)).code
        == "token-not-known"
    )
    assert use_cases.actor_for_token(db, signer, made.secret, True, late)
    too_late = late + timedelta(hours=1)
    refusal(lambda: use_cases.actor_for_token(db, signer, made.secret, True, too_late))


def test_an_actor_never_outlives_its_token(db: Engine, vendor: Vendor, signer: Signer) -> None:
    now = datetime.now(UTC)
    made = vendor.token(at=now)
    one = use_cases.actor_for_token(db, signer, made.secret, False, now + timedelta(minutes=4))
    assert one.expires_at - now < timedelta(seconds=62)


@pytest.mark.parametrize("end", ["remove_keys", "end_client"])
def test_a_client_that_was_ended_has_no_token_not_even_under_way(
    db: Engine, vendor: Vendor, signer: Signer, end: str
) -> None:
    made = vendor.token()
    getattr(use_cases, end)(db, SUPPORT, vendor.id, NOW)
    getattr(use_cases, end)(db, SUPPORT, vendor.id, NOW)
    for under_way in (False, True):
        refusal(lambda: use_cases.actor_for_token(db, signer, made.secret, under_way, NOW))  # noqa: B023
    assert refusal(vendor.token).code == "invalid-client"
    assert f"client:{vendor.id}" in use_cases.ended_lately(db, NOW)


def test_ending_a_client_ends_its_shared_keys_too_and_the_client_can_come_back(
    db: Engine, vendor: Vendor, signer: Signer
) -> None:
    _, key = use_cases.issue_credential(db, SUPPORT, "Signing LRMS", "RZ1", "production", 0, NOW)
    _, left = use_cases.end_client(db, SUPPORT, vendor.id, NOW)
    assert left == ()
    assert refusal(lambda: use_cases.actor_for_key(db, signer, key, NOW)).code == "key-not-known"
    made, _ = use_cases.issue_credential(db, SUPPORT, "Signing LRMS", "RZ1", "production", 0, NOW)
    assert made.client.id == vendor.id


def test_a_key_that_is_taken_out_takes_its_tokens_along_and_leaves_the_others(
    db: Engine, vendor: Vendor, signer: Signer
) -> None:
    newer = a_key("P-256", "newer")
    vendor.registers(KEY, newer)
    old, new = vendor.token(), vendor.asks(signed(newer, vendor.says()))
    vendor.registers(newer)
    refusal(lambda: use_cases.actor_for_token(db, signer, old.secret, False, NOW))
    assert use_cases.actor_for_token(db, signer, new.secret, False, NOW)


def test_a_sandbox_client_is_signed_as_one(
    db: Engine, house: Sample, signer: Signer, verifier: Verifier
) -> None:
    made = Vendor(db, "sandbox").registers(KEY).token()
    one = use_cases.actor_for_token(db, signer, made.secret, False, NOW)
    assert verifier.verify(one.token).kind == "sandbox"


@pytest.mark.parametrize("secret", ["", "guess", "\0", "x" * 10_000])
def test_a_token_we_did_not_issue_is_nobodys(db: Engine, house: Sample, signer: Signer, secret: str) -> None:
    assert refusal(lambda: use_cases.actor_for_token(db, signer, secret, True, NOW)).code == "token-not-known"


# ---- scopes ----------------------------------------------------------------------------------------------------

WRITE, READ = "adverse-event.write", "adverse-event.read"
WRITES, READS = {"recording:submit", "recording:revise"}, {"recording:read"}


@pytest.mark.parametrize(
    ("scope", "permissions", "said"),
    [
        ("", WRITES | READS, ""),
        (f"{WRITE} {READ}", WRITES | READS, ""),
        (WRITE, WRITES, WRITE),
        (f" {READ}  {READ} ", READS, READ),
    ],
)
def test_a_token_is_for_the_scopes_that_were_asked_for(
    db: Engine,
    vendor: Vendor,
    signer: Signer,
    verifier: Verifier,
    scope: str,
    permissions: set[str],
    said: str,
) -> None:
    made = vendor.token(scope)
    one = use_cases.actor_for_token(db, signer, made.secret, False, NOW)
    (grant,) = verifier.verify(one.token).grants
    assert grant.permissions == permissions
    assert one.scope == said


@pytest.mark.parametrize("scope", ["everything", f"{READ} everything", "ADVERSE-EVENT.READ", READ[:-1], "\0"])
def test_a_scope_the_client_does_not_have_is_refused_and_uses_nothing_up(
    db: Engine, vendor: Vendor, scope: str
) -> None:
    assertion = signed(KEY, vendor.says())
    refused = refusal(lambda: vendor.asks(assertion, scope))
    assert (refused.kind, refused.code) == (Kind.INVALID, "invalid-scope")
    assert vendor.asks(assertion)


def test_a_client_that_is_narrowed_is_so_at_once_and_for_tokens_that_it_has(
    db: Engine, vendor: Vendor, signer: Signer, verifier: Verifier
) -> None:
    made = vendor.token()
    use_cases.set_scopes(db, SUPPORT, vendor.id, [READ], NOW)
    one = use_cases.actor_for_token(db, signer, made.secret, False, NOW)
    assert verifier.verify(one.token).grants[0].permissions == READS
    assert one.scope == READ
    assert refusal(lambda: vendor.token(WRITE)).code == "invalid-scope"
    use_cases.set_scopes(db, SUPPORT, vendor.id, [], NOW)
    assert refusal(vendor.token).code == "invalid-scope"
    assert use_cases.actor_for_token(db, signer, made.secret, False, NOW).scope == "none"


# ---- keys that the vendor publishes ----------------------------------------------------------------------------


class Published:
    """A vendor's key set at its address; counts how often it was looked at."""

    def __init__(self, *keys: Key) -> None:
        self.set, self.looked = public(*keys), 0

    def __call__(self, address: str) -> bytes:
        self.looked += 1
        if not self.set:
            raise client_keys.not_fetched("It is away.")
        return self.set.encode()


URL = "https://vendor.example/jwks"


def publishing(db: Engine, site: Published) -> Vendor:
    vendor = Vendor(db)
    use_cases.put_keys(db, site, SUPPORT, vendor.id, "", URL, NOW)
    return vendor


def test_a_vendor_changes_its_key_without_telling_us(db: Engine, house: Sample) -> None:
    newer = a_key("P-384", "newer")
    site = Published(KEY)
    vendor = publishing(db, site)
    assert vendor.asks(signed(KEY, vendor.says()), fetch=site)
    assert site.looked == 1
    site.set = public(newer)
    later = NOW + timedelta(minutes=2)
    said = claims(vendor.id, later.timestamp())
    assert vendor.asks(signed(newer, said, "ES384"), at=later, fetch=site)
    assert site.looked == 2
    refusal(lambda: vendor.asks(signed(KEY, claims(vendor.id, later.timestamp())), at=later, fetch=site))


def test_an_unknown_kid_makes_us_look_once_a_minute_at_most(db: Engine, house: Sample) -> None:
    site = Published(KEY)
    vendor = publishing(db, site)
    for _ in range(5):
        refusal(lambda: vendor.asks(signed(KEY, vendor.says(), kid="guess"), fetch=site))
    assert site.looked == 1  # when it was registered
    later = NOW + timedelta(seconds=61)
    for _ in range(5):
        said = claims(vendor.id, later.timestamp())
        refusal(lambda: vendor.asks(signed(KEY, said, kid="guess"), at=later, fetch=site))  # noqa: B023
    assert site.looked == 2


def test_a_key_that_is_published_no_longer_is_noticed_within_an_hour(db: Engine, house: Sample) -> None:
    site = Published(KEY)
    vendor = publishing(db, site)
    site.set = public(a_key("P-256", "newer"))
    later = NOW + timedelta(minutes=61)
    said = claims(vendor.id, later.timestamp())
    assert refusal(lambda: vendor.asks(signed(KEY, said), at=later, fetch=site)).code == "invalid-client"


def test_a_vendors_site_may_be_away_for_a_day_and_no_longer(db: Engine, house: Sample) -> None:
    site = Published(KEY)
    vendor = publishing(db, site)
    site.set = ""
    for hours, works in ((2, True), (23, True), (25, False)):
        now = NOW + timedelta(hours=hours)
        assertion = signed(KEY, claims(vendor.id, now.timestamp()))
        if works:
            assert vendor.asks(assertion, at=now, fetch=site)
        else:
            refusal(lambda: vendor.asks(assertion, at=now, fetch=site))  # noqa: B023


@pytest.mark.parametrize(
    "published", ["no json", "[]", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "AA"}]}']
)
def test_rubbish_that_is_published_replaces_nothing(db: Engine, house: Sample, published: str) -> None:
    site = Published(KEY)
    vendor = publishing(db, site)
    site.set = published
    later = NOW + timedelta(minutes=61)
    said = claims(vendor.id, later.timestamp())
    assert vendor.asks(signed(KEY, said), at=later, fetch=site)


def test_no_transaction_is_open_while_a_set_is_fetched(db: Engine, house: Sample) -> None:
    site = Published(KEY)
    vendor = publishing(db, site)

    def look(address: str) -> bytes:
        with db.begin() as tx:
            held = tx.execute(
                text(
                    "select count(*) from pg_stat_activity where datname = current_database()"
                    " and state like 'idle in transaction%'"
                )
            )
            assert held.scalar() == 0
        return site(address)

    later = NOW + timedelta(minutes=61)
    assert vendor.asks(signed(KEY, claims(vendor.id, later.timestamp())), at=later, fetch=look)
