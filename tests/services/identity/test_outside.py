"""Signing in with an outside provider: who comes in, who proves what first, and what is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import Engine, text

from chassis.actors import Actor
from chassis.problems import Kind, Problem
from chassis.sealing import Opener, Sealer, Vault
from protos.identity.v1.identity_pb2 import AccountChanged, VerificationRequested
from services.identity import use_cases
from services.identity.domain import outside
from services.identity.domain.accounts import Session
from services.identity.domain.outside import CameBack, Leaving
from services.identity.use_cases import OnDevice, OutsideProof, Providers
from services.identity.use_cases.rectifying import change_details
from tests.builders.outside_words import (
    CLIENT,
    KEY,
    OTHER_KEY,
    Words,
    a_provider,
    asked_of,
    hash_of_access,
)
from tests.builders.people import PASSWORD, TOTP_SECRET
from tests.builders.signed_in import SITE, People

NOW = datetime.now(UTC) + timedelta(hours=3)  # when the roles of the house are held
HERE = "https://here.example"

pytestmark = pytest.mark.usefixtures("house")


@dataclass
class Desk:
    """Somebody who signs in outside, at a moment of the test's choosing."""

    db: Engine
    sealer: Sealer
    opener: Opener
    vault: Vault
    words: Words = field(default_factory=Words)
    rows: list[dict[str, Any]] = field(default_factory=lambda: [a_provider()])

    def __post_init__(self) -> None:
        self.providers: Providers = use_cases.outside_providers(
            json.dumps(self.rows), HERE, self.words.ask, NOW
        )

    def configured(self, **changes: Any) -> Desk:
        self.rows = [a_provider(**changes)]
        self.__post_init__()
        return self

    def leave(self, back: str = "", now: datetime = NOW) -> Leaving:
        return use_cases.begin_outside(self.db, self.providers, "outside", back, now)

    def come_back(self, leaving: Leaving, now: datetime = NOW, token: str = "", **changes: Any) -> CameBack:
        self.words.now = self.words.now or now
        returned = self.words.answer(leaving, **changes)
        return self.complete(token or leaving.token, returned, now)

    def complete(self, token: str, returned: outside.Returned, now: datetime = NOW) -> CameBack:
        return use_cases.complete_outside(
            self.db, self.providers, self.sealer, "outside", token, returned, OnDevice(), now
        )

    def whole(self, now: datetime = NOW) -> CameBack:
        return self.come_back(self.leave(now=now), now)

    def straight_in(self) -> Session:
        """The session of somebody whose account is linked."""
        found = self.whole().session
        assert found is not None
        return found

    def prove(self, leaving: Leaving, now: datetime = NOW, **proof: str) -> CameBack:
        return use_cases.prove_outside(
            self.db, self.sealer, leaving.token, OutsideProof(**proof), OnDevice(), now
        )

    def letters(self) -> list[tuple[str, str, str]]:
        """Purpose, address and code of every letter, oldest first."""
        sql = f"select body from outbox where topic = '{VerificationRequested.DESCRIPTOR.full_name}' order by seq"
        told = [VerificationRequested.FromString(body) for (body,) in rows(self.db, sql)]
        opened = [
            self.opener.open(one.sealed, f"verification:{one.verification_id}").decode() for one in told
        ]
        return [(one.purpose, *text.split("\n")) for one, text in zip(told, opened, strict=True)]  # type: ignore[misc]

    def linked(self, **claims: Any) -> Session:
        """Somebody's first time, with the code from the letter."""
        self.words.claims |= claims
        leaving = self.leave()
        self.come_back(leaving)
        found = self.prove(leaving, code=self.letters()[-1][2])
        assert found.session
        return found.session

    def complete_second(self, half: Session, now: datetime = NOW) -> Session:
        answer = use_cases.Proof(pyotp.TOTP(TOTP_SECRET).at(now))
        return use_cases.complete_sign_in(self.db, self.vault, SITE, half.token, answer, OnDevice(), now)


@pytest.fixture
def desk(db: Engine, sealer: Sealer, opener: Opener, vault: Vault) -> Desk:
    return Desk(db, sealer, opener, vault)


def rows(db: Engine, sql: str) -> list[Any]:
    with db.begin() as tx:
        return list(tx.execute(text(sql)).all())


def links(db: Engine) -> list[str]:
    sql = "select a.email || ' ' || subject from outside_links l join accounts a on a.id = l.account_id order by 1"
    return [one for (one,) in rows(db, sql)]


def told_of(db: Engine) -> list[str]:
    sql = f"select body from outbox where topic = '{AccountChanged.DESCRIPTOR.full_name}' order by seq"
    return [AccountChanged.FromString(body).change for (body,) in rows(db, sql)]


def refused(do: Callable[[], Any]) -> str:
    with pytest.raises(Problem) as caught:
        do()
    return caught.value.code


# ---- the first time, and the next --------------------------------------------------------------------------------


def test_whoever_is_new_has_an_account_once_the_code_comes_back(desk: Desk, db: Engine) -> None:
    leaving = desk.leave("/events/1")
    waiting = desk.come_back(leaving)
    assert (waiting.session, waiting.email, waiting.name_wanted) == (None, "robin@example.org", False)
    assert rows(db, "select 1 from accounts where email = 'robin@example.org'") == []
    ((purpose, address, code),) = desk.letters()
    assert (purpose, address) == ("outside", "robin@example.org")

    found = desk.prove(leaving, code=code)
    assert found.session is not None
    assert (found.session.strength, found.back) == ("password", "/events/1")
    assert links(db) == ["robin@example.org robin"]
    assert told_of(db) == ["outside-sign-in-added"]
    assert rows(db, "select name from accounts where email = 'robin@example.org'") == [("Robin Ash",)]
    assert desk.whole().session is not None  # straight in
    assert len(desk.letters()) == 1


def test_an_account_is_never_entered_because_the_address_is_the_same(desk: Desk, db: Engine) -> None:
    desk.words.claims = {"email": "Nurse@Example.org"}
    waiting = desk.whole()
    assert waiting.session is None
    assert links(db) == []


def test_the_password_links_an_account_in_the_same_go(desk: Desk, db: Engine) -> None:
    desk.words.claims = {"email": "nurse@example.org"}
    leaving = desk.leave()
    desk.come_back(leaving)
    assert refused(lambda: desk.prove(leaving, password="not it at all")) == "sign-in-failed"
    assert links(db) == []
    found = desk.prove(leaving, password=PASSWORD)
    assert found.session is not None
    assert found.session.strength == "password"
    assert links(db) == ["nurse@example.org robin"]
    assert desk.whole().session is not None


@pytest.mark.parametrize("how", ["password", "code"])
def test_an_account_with_a_second_factor_asks_for_it_before_it_is_linked(
    desk: Desk, db: Engine, how: str
) -> None:
    desk.words.claims = {"email": "helper@example.org", "acr": "AAL3"}
    leaving = desk.leave()
    desk.come_back(leaving)
    proof = {"password": PASSWORD} if how == "password" else {"code": desk.letters()[-1][2]}
    found = desk.prove(leaving, NOW, **proof)
    assert found.session is not None
    assert found.session.strength == "half"
    assert links(db) == []
    assert refused(lambda: desk.prove(leaving, NOW, **proof)) == "outside-ended"

    assert desk.complete_second(found.session).strength == "second"
    assert links(db) == ["helper@example.org robin"]
    next_time = desk.straight_in()
    assert next_time.strength == "second"  # the provider asked for two


def test_a_remembered_device_does_not_stand_in_for_the_second_factor_here(desk: Desk, db: Engine) -> None:
    half = use_cases.sign_in(db, "helper@example.org", PASSWORD, NOW)
    answer = use_cases.Proof(pyotp.TOTP(TOTP_SECRET).at(NOW))
    laptop = OnDevice(label="Laptop", remember=True)
    mine = use_cases.complete_sign_in(db, desk.vault, SITE, half.token, answer, laptop, NOW).device
    assert mine is not None
    desk.words.claims = {"email": "helper@example.org"}
    leaving = desk.leave()
    desk.come_back(leaving)
    known = OnDevice(mine.token, "Laptop")
    proof = OutsideProof(password=PASSWORD)
    found = use_cases.prove_outside(db, desk.sealer, leaving.token, proof, known, NOW).session
    assert found is not None
    assert found.strength == "half"


def test_a_second_factor_is_asked_for_where_the_provider_asked_for_none(desk: Desk, db: Engine) -> None:
    desk.words.claims = {"email": "helper@example.org", "acr": "AAL1", "amr": ["pwd"]}
    leaving = desk.leave()
    desk.come_back(leaving)
    half = desk.prove(leaving, password=PASSWORD).session
    assert half is not None
    desk.complete_second(half)
    next_time = desk.straight_in()
    assert (next_time.strength, next_time.factors) == ("half", ("totp",))


def test_a_new_password_by_letter_ends_every_link_and_whoever_waits_for_one(desk: Desk, db: Engine) -> None:
    for subject in ("robin", "thief"):
        desk.words.claims = {"sub": subject, "email": "nurse@example.org"}
        leaving = desk.leave()
        desk.come_back(leaving)
        desk.prove(leaving, password=PASSWORD)
    desk.words.claims |= {"sub": "patient"}
    waiting = desk.leave()
    desk.come_back(waiting)
    use_cases.ask_for_reset(db, desk.sealer, "nurse@example.org", NOW)
    use_cases.reset_password(db, "nurse@example.org", desk.letters()[-1][2], "nineteen-orange-badgers", NOW)
    assert links(db) == []
    assert told_of(db)[-3:] == ["outside-sign-in-removed", "outside-sign-in-removed", "password-changed"]
    assert rows(db, "select 1 from sessions where ended_at is null") == []
    assert refused(lambda: desk.prove(waiting, password="nineteen-orange-badgers")) == "outside-ended"
    desk.words.claims |= {"sub": "thief"}
    assert desk.whole().session is None


def test_a_new_password_by_letter_ends_a_link_that_waits_for_the_second_factor(
    desk: Desk, db: Engine
) -> None:
    desk.words.claims = {"email": "helper@example.org"}
    leaving = desk.leave()
    desk.come_back(leaving)
    half = desk.prove(leaving, password=PASSWORD).session
    assert half is not None
    use_cases.ask_for_reset(db, desk.sealer, "helper@example.org", NOW)
    use_cases.reset_password(db, "helper@example.org", desk.letters()[-1][2], "nineteen-orange-badgers", NOW)
    assert refused(lambda: desk.complete_second(half)) == "sign-in-ended"
    assert rows(db, "select subject from outside_sign_ins where ended_at is null") == []
    assert links(db) == []


def test_ten_wrong_second_factors_end_the_link_that_let_somebody_in_and_not_the_password(
    desk: Desk, db: Engine
) -> None:
    desk.words.claims = {"email": "helper@example.org"}
    leaving = desk.leave()
    desk.come_back(leaving)
    half = desk.prove(leaving, password=PASSWORD).session
    assert half is not None
    desk.complete_second(half)
    half = desk.straight_in()
    with db.begin() as tx:
        tx.execute(text("update accounts set wrong_seconds = 9"))
    wrong = use_cases.Proof("000000")
    assert (
        refused(lambda: use_cases.complete_sign_in(db, desk.vault, SITE, half.token, wrong, OnDevice(), NOW))
        == "second-factor-wrong"
    )
    assert links(db) == []
    assert told_of(db)[-1] == "outside-sign-in-removed"
    assert use_cases.sign_in(db, "helper@example.org", PASSWORD, NOW).strength == "half"


def test_roles_count_in_a_session_that_the_provider_made_strong(desk: Desk) -> None:
    session = desk.linked(acr="AAL2")
    assert session.strength == "second"
    desk.words.claims = {"acr": "AAL2"}
    assert desk.straight_in().strength == "second"
    desk.configured(second_factor_acr=[], second_factor_amr=["hwk"])
    assert desk.straight_in().strength == "password"
    desk.words.claims = {"amr": ["pwd", "hwk"]}
    assert desk.straight_in().strength == "second"


def test_a_provider_whose_addresses_are_trusted_opens_accounts_at_once_but_enters_none(
    desk: Desk, db: Engine
) -> None:
    desk.configured(trusted_email=True)
    assert desk.whole().session is not None
    assert links(db) == ["robin@example.org robin"]
    desk.words.claims = {"sub": "other", "email": "nurse@example.org"}
    assert desk.whole().session is None
    desk.words.claims = {"sub": "third", "email": "third@example.org", "name": None}
    assert desk.whole().name_wanted


def test_whoever_comes_without_a_name_says_it(desk: Desk, db: Engine) -> None:
    desk.words.claims = {"name": "\x07"}
    leaving = desk.leave()
    assert desk.come_back(leaving).name_wanted
    code = desk.letters()[-1][2]
    assert refused(lambda: desk.prove(leaving, code=code)) == "name-not-valid"
    assert desk.prove(leaving, code=code, name="Robin  Elm").session is not None
    assert rows(db, "select name from accounts where email = 'robin@example.org'") == [("Robin Elm",)]


def test_an_address_that_nobody_verified_is_none(desk: Desk) -> None:
    for claims in (
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "no address"},
    ):
        desk.words.claims = claims
        assert refused(desk.whole) == "outside-no-address"
    desk.words.claims = {"email_verified": None}
    assert desk.configured(email_verified=False).whole().email == "robin@example.org"


def test_a_suspended_account_does_not_come_in(desk: Desk, db: Engine) -> None:
    desk.linked()
    with db.begin() as tx:
        tx.execute(text("update accounts set suspended_at = now() where email = 'robin@example.org'"))
    assert refused(desk.whole) == "account-suspended"
    assert rows(db, "select count(*) from sessions where ended_at is null and strength = 'second'") == [(0,)]


def test_wrong_codes_void_none_and_the_right_one_is_good_once(desk: Desk) -> None:
    leaving = desk.leave()
    desk.come_back(leaving)
    code = desk.letters()[-1][2]
    for _ in range(10):
        assert refused(lambda: desk.prove(leaving, code="AAAAA-AAAAA")) == "code-wrong"
    assert desk.prove(leaving, code=code).session is not None
    assert refused(lambda: desk.prove(leaving, code=code)) == "outside-ended"


def test_an_outside_account_belongs_to_one_account(desk: Desk, db: Engine) -> None:
    first, second = desk.leave(), desk.leave()
    desk.come_back(first)
    desk.words.claims = {"email": "nurse@example.org"}
    desk.come_back(second)
    desk.prove(second, password=PASSWORD)
    code = next(code for _, address, code in desk.letters() if address == "robin@example.org")
    assert refused(lambda: desk.prove(first, code=code)) == "outside-linked"
    assert links(db) == ["nurse@example.org robin"]
    assert rows(db, "select 1 from accounts where email = 'robin@example.org'") == []


# ---- what comes back -----------------------------------------------------------------------------------------------


def test_the_request_binds_browser_answer_and_code(desk: Desk, db: Engine) -> None:
    leaving = desk.leave()
    asked = asked_of(leaving)
    assert asked["redirect_uri"] == f"{HERE}/sign-in/outside/outside/return"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert leaving.token not in leaving.address
    desk.come_back(leaving)
    sent = next(one for one in desk.words.asked if one.form)
    assert sent.form is not None
    assert outside.verifier_of(leaving.token) == sent.form["code_verifier"]
    assert (
        base64.b64decode(sent.headers["Authorization"].split()[1])
        == b"lfpse:a%20secret%2C%20with%20%25%3A%20in%20it"
    )
    kept = " ".join(str(one) for one in rows(db, "select * from outside_sign_ins"))
    for secret in (leaving.token, asked["state"], asked["nonce"], sent.form["code_verifier"]):
        assert secret not in kept


def test_what_a_browser_brings_back_is_taken_once(desk: Desk) -> None:
    leaving = desk.leave()
    desk.come_back(leaving)
    assert refused(lambda: desk.come_back(leaving)) == "outside-ended"


def test_of_many_at_once_one_is_taken(desk: Desk, db: Engine) -> None:
    leaving = desk.leave()
    desk.words.now = NOW
    returned = desk.words.answer(leaving)

    def come(_: int) -> str:
        try:
            desk.complete(leaving.token, returned)
        except Problem as problem:
            return problem.code
        return "in"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(come, range(4))) == ["in", *["outside-ended"] * 3]


def test_another_browsers_answer_is_refused_and_spends_nothing(desk: Desk) -> None:
    mine, theirs = desk.leave(), desk.leave()
    assert refused(lambda: desk.come_back(theirs, token=mine.token)) == "outside-ended"
    assert desk.come_back(mine).email == "robin@example.org"
    assert desk.come_back(theirs).email == "robin@example.org"


@pytest.mark.parametrize("token", ["", "made-up"])
def test_whoever_holds_no_token_is_nobody(desk: Desk, token: str) -> None:
    returned = outside.Returned(state=outside.state_of(token), code="a code")
    assert refused(lambda: desk.complete(token, returned)) == "outside-ended"
    assert desk.words.asked == []


def test_whoever_stays_away_too_long_starts_again(desk: Desk) -> None:
    leaving = desk.leave()
    assert refused(lambda: desk.come_back(leaving, NOW + timedelta(minutes=11))) == "outside-ended"


def test_another_providers_answer_is_refused(desk: Desk) -> None:
    """RFC 9207: an honest provider's answer must not be taken to a hostile one, nor the other way."""
    assert (
        refused(lambda: desk.come_back(desk.leave(), issuer="https://evil.example")) == "outside-not-verified"
    )
    assert not [one for one in desk.words.asked if one.form]  # the code went to nobody
    assert desk.come_back(desk.leave(), issuer=desk.words.issuer).email
    desk.words.discovery = {"authorization_response_iss_parameter_supported": True}
    desk.providers.known.clear()
    assert refused(lambda: desk.come_back(desk.leave())) == "outside-not-verified"


def test_an_answer_of_one_provider_is_not_brought_to_another(desk: Desk) -> None:
    other = Words(issuer="https://other.example")
    desk.rows = [a_provider(), a_provider(name="other", issuer=other.issuer)]
    desk.__post_init__()
    leaving = desk.leave()
    returned = desk.words.answer(leaving)
    swapped = lambda: use_cases.complete_outside(  # noqa: E731
        desk.db, desk.providers, desk.sealer, "other", leaving.token, returned, OnDevice(), NOW
    )
    assert refused(swapped) == "outside-ended"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("access_denied", "outside-cancelled"),
        ("temporarily_unavailable", "outside-away"),
        ("invalid_scope", "outside-refused"),
        ("<script>", "outside-refused"),
    ],
)
def test_what_a_provider_refuses_is_said(desk: Desk, db: Engine, error: str, code: str) -> None:
    assert refused(lambda: desk.come_back(desk.leave(), error=error, code="")) == code
    assert ("outside-sign-in-failed",) in rows(db, "select action from audit")


# ---- what is believed of an ID token -------------------------------------------------------------------------------

_AT = int(NOW.timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 7},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "somebody-else"]},
        {"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"},
        {"azp": "somebody-else"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": _AT - 61},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": float("nan")},
        {"iat": _AT + 61},
        {"iat": _AT - 3600, "exp": _AT + 3600},
        {"iat": None},
        {"nbf": _AT + 3600},
        {"nbf": "now"},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": ["robin"]},
        {"at_hash": "of-another-token"},
    ],
)
def test_an_id_token_of_another_sign_in_place_or_time_is_refused(
    desk: Desk, db: Engine, claims: dict[str, Any]
) -> None:
    desk.words.claims = claims
    assert refused(desk.whole) == "outside-not-verified"
    assert rows(db, "select 1 from outside_sign_ins where subject <> ''") == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "other"], "azp": CLIENT},
        {"at_hash": hash_of_access("an access token")},
    ],
    ids=str,
)
def test_other_ways_to_say_the_same_are_taken(desk: Desk, claims: dict[str, Any]) -> None:
    desk.words.claims = claims
    assert desk.whole().email == "robin@example.org"


def _forged(words: Words) -> dict[str, str]:
    words.now = NOW
    good = words.signed().split(".")
    stranger = jws.serialize_compact({"alg": "RS256", "kid": KEY.kid}, json.dumps(words.said()), OTHER_KEY)
    return {
        "none": words.unsigned({"alg": "none", "kid": KEY.kid}),
        "None": words.unsigned({"alg": "None", "kid": KEY.kid}, b"x"),
        "public as secret": words.signed_with_what_is_public(),
        "must be understood": words.signed_under({"alg": "RS256", "kid": KEY.kid, "crit": ["x"], "x": 1}),
        "not a kid": words.signed_under({"alg": "RS256", "kid": [KEY.kid]}),
        "not an alg": words.signed_under({"alg": ["RS256"], "kid": KEY.kid}),
        "another alg": words.signed_under({"alg": "PS256", "kid": KEY.kid}),
        "no signature": f"{good[0]}.{good[1]}.",
        "stranger's key": stranger,
        "no kid": jws.serialize_compact({"alg": "RS256"}, json.dumps(words.said()), KEY),
        "unknown kid": jws.serialize_compact({"alg": "RS256", "kid": "x"}, json.dumps(words.said()), KEY),
        "not claims": jws.serialize_compact({"alg": "RS256", "kid": KEY.kid}, "[]", KEY),
        "no token": "no token",
        "not ASCII": "é.é.é",
        "long": good[0] + "A" * 20_000,
        "deep": f"{good[0]}.{base64.urlsafe_b64encode(b'[' * 9000).decode()}.{good[2]}",
    }


def test_what_is_signed_by_hand_is_taken_too(desk: Desk) -> None:
    leaving = desk.leave()
    desk.words.nonce, desk.words.now = asked_of(leaving)["nonce"], NOW
    desk.words.token = desk.words.signed_under({"alg": "RS256", "kid": KEY.kid})
    assert desk.come_back(leaving).email == "robin@example.org"


@pytest.mark.parametrize("how", _forged(Words(nonce="x")))
def test_a_token_that_the_provider_did_not_sign_is_refused(desk: Desk, how: str) -> None:
    leaving = desk.leave()
    desk.words.nonce = asked_of(leaving)["nonce"]
    desk.words.token = _forged(desk.words)[how]
    assert refused(lambda: desk.come_back(leaving)) == "outside-not-verified"


def test_a_key_that_changed_is_looked_for(desk: Desk) -> None:
    desk.whole()
    seen = len(desk.words.asked)
    desk.words.keys, desk.words.key = [OTHER_KEY], OTHER_KEY
    assert desk.whole().email
    assert [one.url.rpartition("/")[2] for one in desk.words.asked[seen:]] == [
        "token",
        "openid-configuration",
        "keys",
    ]
    desk.words.key = KEY  # what is no longer published is no longer believed
    assert refused(desk.whole) == "outside-not-verified"


def test_a_set_may_hold_what_is_not_for_us(desk: Desk) -> None:
    strange: Any = [KEY]
    desk.words.keys = strange
    body = json.dumps(
        {
            "keys": [
                {"kty": "RSA", "use": "enc"},
                7,
                None,
                {"kty": "oct", "k": "AA", "kid": "s"},
                KEY.as_dict(private=False),
            ]
        }
    )
    ask = desk.words.ask
    desk.providers.ask = lambda what: (
        replace(ask(what), body=body.encode()) if what.url.endswith("/keys") else ask(what)
    )
    assert desk.whole().email


def test_userinfo_is_asked_for_the_address_alone_and_must_be_about_the_same(desk: Desk) -> None:
    desk.words.claims = {"email": None, "email_verified": None, "acr": "AAL1"}
    desk.words.about = {"email": "robin@example.org", "email_verified": True, "acr": "AAL3", "iss": "x"}
    assert desk.whole().email == "robin@example.org"
    assert desk.words.asked[-1].headers["Authorization"] == "Bearer an access token"
    desk.words.about |= {"sub": "somebody else"}
    assert refused(desk.whole) == "outside-not-verified"


def test_userinfo_does_not_make_a_session_strong(desk: Desk) -> None:
    desk.linked()
    desk.words.claims = {"email": None, "acr": "AAL1"}
    desk.words.about = {"email": "robin@example.org", "acr": "AAL3", "amr": ["hwk"]}
    assert desk.straight_in().strength == "password"


# ---- a provider that is away ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_a_provider_that_is_away_is_said_before_leaving(desk: Desk, path: str) -> None:
    desk.words.away = frozenset({path})
    assert refused(desk.leave) == "outside-away"
    desk.words.away, desk.words.statuses = frozenset(), {path: 302}
    assert refused(lambda: desk.leave(now=NOW + timedelta(minutes=1))) == "outside-away"


def test_a_provider_that_did_not_answer_is_left_alone_for_a_moment(desk: Desk) -> None:
    desk.words.away = frozenset({"/keys"})
    assert refused(desk.leave) == "outside-away"
    asked = len(desk.words.asked)
    desk.words.away = frozenset()
    assert refused(lambda: desk.leave(now=NOW + timedelta(seconds=4))) == "outside-away"
    assert len(desk.words.asked) == asked
    assert desk.leave(now=NOW + timedelta(seconds=6)).address


def test_a_slow_provider_takes_a_few_threads_at_most(desk: Desk) -> None:
    for _ in range(4):
        assert desk.providers.turns.acquire(blocking=False)
    assert refused(desk.leave) == "outside-away"
    assert desk.words.asked == []


def test_what_was_known_of_a_provider_is_good_for_a_day(desk: Desk) -> None:
    desk.leave()
    desk.words.away = frozenset({"/.well-known/openid-configuration"})
    assert desk.leave(now=NOW + timedelta(hours=23)).address
    assert refused(lambda: desk.leave(now=NOW + timedelta(hours=25))) == "outside-away"


def test_a_provider_that_goes_away_meanwhile_is_said(desk: Desk) -> None:
    leaving = desk.leave()
    desk.words.away = frozenset({"/token"})
    assert refused(lambda: desk.come_back(leaving)) == "outside-away"
    desk.words.away, desk.words.statuses = frozenset(), {"/token": 400}
    assert refused(desk.whole) == "outside-not-verified"
    desk.words.statuses = {"/token": 500}
    assert refused(desk.whole) == "outside-away"


@pytest.mark.parametrize(
    "discovery", [{"issuer": "https://evil.example"}, {"token_endpoint": 7}, {"jwks_uri": ""}]
)
def test_a_description_that_is_not_the_providers_own_is_refused(
    desk: Desk, discovery: dict[str, Any]
) -> None:
    desk.words.discovery = discovery
    assert refused(desk.leave) == "outside-away"


def test_we_prove_ourselves_with_a_key_where_the_provider_wants_one(desk: Desk) -> None:
    ours = ECKey.generate_key("P-256", {"kid": "ours", "alg": "ES256"})
    row = a_provider(authentication="private_key_jwt", client_key=ours.as_dict(private=True))
    del row["client_secret"]
    desk.rows = [row]
    desk.__post_init__()
    desk.whole()
    sent = next(one for one in desk.words.asked if one.form)
    assert sent.form is not None
    assert "Authorization" not in sent.headers
    read = jws.deserialize_compact(sent.form["client_assertion"], ours, algorithms=["ES256"])
    said = json.loads(read.payload)
    assert (said["iss"], said["sub"], said["aud"]) == (CLIENT, CLIENT, desk.words.issuer)
    assert said["exp"] - said["iat"] == 60


# ---- providers as data ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "Bad Name"}, "name"),
        ({"label": ""}, "label"),
        ({"issuer": "ftp://x"}, "issuer"),
        ({"issuer": "https://x?y"}, "issuer"),
        ({"client_id": ""}, "client_id"),
        ({"authentication": "none"}, "authentication"),
        ({"client_secret": ""}, "client_secret"),
        ({"authentication": "private_key_jwt"}, "client_secret"),
        (
            {"authentication": "private_key_jwt", "client_secret": "", "client_key": {"kty": "RSA"}},
            "client_key",
        ),
        (
            {
                "authentication": "private_key_jwt",
                "client_secret": "",
                "client_key": {"kty": "EC", "kid": "x", "alg": "ES256", "d": "x"},
            },
            "client_key",
        ),
        ({"scopes": ["email"]}, "scopes"),
        ({"second_factor_acr": "AAL2"}, "second_factor_acr"),
        ({"trusted_email": "yes"}, "trusted_email"),
        ({"trusted_email": True, "email_verified": False}, "trusted_email"),
        ({"trust_email": True}, "trust_email"),
    ],
)
def test_a_provider_that_cannot_be_used_stops_the_start(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named) as caught:
        use_cases.outside_providers(json.dumps([a_provider(**changes)]), HERE, Words().ask, NOW)
    assert "a secret" not in str(caught.value)


@pytest.mark.parametrize(
    "written", ["{", "{}", "[7]", json.dumps([a_provider(), a_provider(issuer="https://x")])]
)
def test_what_is_no_list_of_providers_stops_the_start(written: str) -> None:
    with pytest.raises(ValueError, match="OIDC_PROVIDERS"):
        use_cases.outside_providers(written, HERE, Words().ask, NOW)


def test_secrets_are_not_printed(desk: Desk) -> None:
    assert "a secret" not in repr(desk.providers)


# ---- one's links ---------------------------------------------------------------------------------------------------


def test_whoever_has_no_password_keeps_their_way_in(desk: Desk, db: Engine, people: People) -> None:
    session = desk.linked()
    actor = people.of(session)
    own = use_cases.own_account(db, actor, session.token, NOW)
    assert ([one.provider for one in own.links], own.has_password) == (["outside"], False)
    remove = lambda: use_cases.remove_outside_link(db, actor, session.token, own.links[0].id, "", NOW)  # noqa: E731
    assert refused(remove) == "no-password"
    assert refused(lambda: use_cases.sign_in(db, "robin@example.org", "", NOW)) == "sign-in-failed"


def test_whoever_has_no_password_is_told_so_at_its_field_and_is_not_made_to_wait(
    desk: Desk, db: Engine, people: People, vault: Vault, sealer: Sealer
) -> None:
    session = desk.linked()
    actor, token = people.of(session), session.token
    for _ in range(4):
        for act, where in (
            (lambda: use_cases.add_totp(db, vault, actor, token, "a guess", "", NOW), "password"),
            (lambda: change_details(db, sealer, actor, "a guess", "Robin", "", NOW), "password"),
            (
                lambda: use_cases.change_password(db, actor, token, "", "nineteen-orange-badgers", NOW),
                "current",
            ),
        ):
            with pytest.raises(Problem, match="no-password") as told:
                act()
            assert [one.path for one in told.value.faults] == [where]


def test_a_link_is_removed_with_the_password_and_other_sessions_end(
    desk: Desk, db: Engine, people: People
) -> None:
    desk.words.claims = {"email": "nurse@example.org"}
    leaving = desk.leave()
    desk.come_back(leaving)
    desk.prove(leaving, password=PASSWORD)
    mine, other = people.session("nurse"), desk.straight_in()
    actor = people.of(mine)
    (link,) = use_cases.own_account(db, actor, mine.token, NOW).links

    def remove(link_id: str = link.id, password: str = PASSWORD, by: Actor = actor) -> Any:
        return use_cases.remove_outside_link(db, by, mine.token, link_id, password, NOW)

    assert refused(lambda: remove(password="wrong")) == "password-wrong"
    assert refused(lambda: remove("no id")) == "outside-link-not-found"
    assert remove() == []
    assert refused(remove) == "outside-link-not-found"
    assert told_of(db) == ["outside-sign-in-added", "outside-sign-in-removed"]
    assert (
        refused(lambda: use_cases.actor_for_session(db, people.signer, other.token, NOW)) == "session-ended"
    )
    assert people.of(mine).id == actor.id
    assert desk.whole().session is None  # to be proven again


def test_nobody_removes_anothers_link(desk: Desk, db: Engine, people: People) -> None:
    desk.linked()
    link_id = str(rows(db, "select id from outside_links")[0][0])
    mine = people.session("nurse")
    actor = people.of(mine)
    taken = lambda: use_cases.remove_outside_link(db, actor, mine.token, link_id, PASSWORD, NOW)  # noqa: E731
    assert refused(taken) == "outside-link-not-found"
    assert links(db) == ["robin@example.org robin"]


def test_sign_ins_that_ran_out_are_forgotten(desk: Desk, db: Engine) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=2)
    desk.leave(now=long_ago)
    kept = desk.leave()
    with db.begin() as tx:
        assert use_cases.forget_outside(tx) is False
    assert rows(db, "select count(*) from outside_sign_ins") == [(1,)]
    assert desk.come_back(kept).email


def test_who_it_was_is_forgotten_once_it_is_settled(desk: Desk, db: Engine) -> None:
    desk.linked()
    assert rows(db, "select subject, email, name from outside_sign_ins") == [("", "", "")]


def test_a_wrong_kind_of_problem_is_never_ours(desk: Desk) -> None:
    with pytest.raises(Problem) as caught:
        use_cases.begin_outside(desk.db, desk.providers, "nobody", "", NOW)
    assert (caught.value.kind, caught.value.code) == (Kind.NOT_FOUND, "provider-not-found")
