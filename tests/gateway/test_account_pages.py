"""Coming to an account and keeping it, on pages: what identity is asked, what is said at which field, what is never shown."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import Fault, conflict, invalid, not_found, throttled
from protos.identity.v1 import identity_pb2 as pb
from tests.gateway.conftest import SESSION, System
from tests.gateway.test_outside_pages import get, post
from tests.gateway.test_pages import Page

SECRET = " seventeen purple otters "  # blanks around a password are of the password
CODE = "7KMPX-2VTRD"
ADDRESS = "robin@example.org"


def an_account(**more: Any) -> pb.OwnAccount:
    """Somebody with a role, a request that waits, and another session than this one."""
    made = pb.OwnAccount(has_password=True, **more)
    made.account.MergeFrom(pb.Account(account_id="a1", name="Robin <b>Marsh</b>", email=ADDRESS))
    made.account.grants.add(grant_id="g1", role="standard", organisation="RZ1").starts_at.FromSeconds(
        1_790_000_000
    )
    made.requests.add(
        request_id="q1", role="org_admin", organisation="RZ2", organisation_name="Dalesway", state="waiting"
    ).asked_at.FromSeconds(1_790_000_000)
    for at in (1, 2, 3):
        one = made.sessions.add(session_id=f"s{at}", this_one=at == 1)
        one.started_at.FromSeconds(1_790_000_000 + at)
    return made


def some_roles() -> pb.Roles:
    roles = [
        pb.Role(name="standard", label="Standard", means="Records events.", approved_by=["org_admin"]),
        pb.Role(
            name="org_admin", label="Administrator", means="Decides.", approved_by=["x"], second_factor=True
        ),
        pb.Role(name="lrms_client", label="LRMS", means="A machine."),
    ]
    return pb.Roles(roles=roles)


def some_organisations() -> pb.FoundOrganisations:
    found = [
        pb.FoundOrganisation(code="RZ1", name="Northfield & Sons", label="NHS trust", postcode="LS1 1AA"),
        pb.FoundOrganisation(
            code="RZ9", name="Old", closed=True, successors=[pb.NamedOrganisation(code="RZ1", name="New")]
        ),
    ]
    return pb.FoundOrganisations(organisations=found)


@pytest.fixture
def filled(system: System) -> System:
    system.identity.answers |= {
        "GetOwnAccount": an_account(),
        "ListRoles": some_roles(),
        "SearchOrganisations": some_organisations(),
        "Register": pb.CodeSent(),
        "AskForReset": pb.CodeSent(),
        "VerifyAddress": pb.Account(),
        "ResetPassword": pb.PasswordChanged(),
        "AcceptInvitation": pb.Account(),
        "ConfirmAddress": pb.Account(),
        "ChangeDetails": pb.Account(),
        "ChangePassword": pb.PasswordChanged(),
        "EndSession": pb.SignedOut(),
        "EndRole": pb.RoleEnded(),
        "AskForRole": pb.RoleRequest(state="waiting"),
        "WithdrawRoleRequest": pb.RoleRequest(state="withdrawn"),
    }
    return system


def sent(system: System, path: str, session: str = SESSION, **fields: str) -> Any:
    """What is answered to a form that came from the page before it."""
    browser = system.browser(session)
    return post(browser, path, Page(get(browser, "/sign-in")), **fields)


def last(system: System, kind: type[Any]) -> Any:
    """What identity was asked last of this kind."""
    return next(one for one in reversed(system.identity.asked) if isinstance(one, kind))


# ---- coming to an account ------------------------------------------------------------------------------------


def test_the_way_to_an_account_is_on_the_sign_in_page(system: System) -> None:
    links = {one.get("href") for one in Page(get(system.browser(), "/sign-in")).all("a")}
    assert {"/register", "/forgotten-password", "/invitation"} <= links


@pytest.mark.parametrize(
    ("path", "rpc", "fields"),
    [
        ("/register", pb.RegisterRequest, {"email": ADDRESS, "name": "Robin", "password": SECRET}),
        ("/forgotten-password", pb.AskForResetRequest, {"email": ADDRESS}),
    ],
)
def test_a_code_is_asked_for_and_the_address_is_not_typed_twice(
    filled: System, path: str, rpc: type[Any], fields: dict[str, str]
) -> None:
    browser = filled.browser()
    answer = post(browser, path, Page(get(browser, path)), **fields)
    assert answer.headers["Location"] == f"{path}/code"
    asked = last(filled, rpc)
    assert {name: getattr(asked, name) for name in fields} == fields
    assert len(asked.from_address) > 0
    assert Page(get(browser, f"{path}/code")).field("email") == ADDRESS


@pytest.mark.parametrize(
    ("path", "rpc", "fields"),
    [
        ("/register/code", pb.VerifyAddressRequest, {}),
        ("/forgotten-password/code", pb.ResetPasswordRequest, {}),
        ("/invitation", pb.AcceptInvitationRequest, {"name": "Robin"}),
    ],
)
def test_a_code_leads_to_signing_in_and_stands_in_no_address(
    filled: System, path: str, rpc: type[Any], fields: dict[str, str]
) -> None:
    given = {"email": ADDRESS, "code": CODE, "password": SECRET} | fields
    answer = sent(filled, path, "", **given)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    asked = last(filled, rpc)
    assert {name: getattr(asked, name) for name in given} == given


@pytest.mark.parametrize(
    ("path", "rpc", "problem", "status", "field"),
    [
        ("/register", "Register", invalid("password-weak", "Weak.", Fault("password", "password-weak", "Weak.")), 422, "password"),
        ("/register", "Register", invalid("name-not-valid", "No.", Fault("name", "name-not-valid", "No.")), 422, "name"),
        ("/register", "Register", invalid("address-not-valid", "No address."), 422, "email"),
        ("/register", "Register", throttled("too-many-tries", "Wait."), 429, "email"),
        ("/register/code", "VerifyAddress", invalid("code-wrong", "Wrong."), 422, "code"),
        ("/register/code", "VerifyAddress", conflict("account-exists", "It has one."), 409, "code"),
        ("/forgotten-password", "AskForReset", throttled("too-many-tries", "Wait."), 429, "email"),
        ("/forgotten-password/code", "ResetPassword", invalid("code-wrong", "Wrong."), 422, "code"),
        ("/invitation", "AcceptInvitation", invalid("code-wrong", "Wrong."), 422, "code"),
        ("/account/address/code", "ConfirmAddress", invalid("code-wrong", "Wrong."), 422, "code"),
        ("/account/name", "ChangeDetails", invalid("password-wrong", "Not right.", Fault("password", "password-wrong", "Not right.")), 422, "password"),
        ("/account/address", "ChangeDetails", invalid("address-not-valid", "No address."), 422, "email"),
        ("/account/password", "ChangePassword", invalid("password-wrong", "No.", Fault("current", "password-wrong", "No.")), 422, "current"),
        ("/account/roles/RZ1", "AskForRole", invalid("reason-missing", "Say why.", Fault("reason", "reason-missing", "Say why.")), 422, "reason"),
        ("/account/roles/RZ1", "AskForRole", invalid("x", "No.", Fault("organisation", "x", "No.")), 422, "role"),
        ("/account/roles/RZ1", "AskForRole", conflict("role-held", "You hold it."), 409, "role"),
        ("/account/roles/g1/ending", "EndRole", conflict("last-administrator", "Nobody else."), 409, "give-up-g1"),
        ("/account/requests/q1/withdrawal", "WithdrawRoleRequest", throttled("too-many", "Wait."), 429, "withdraw-q1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    filled: System, path: str, rpc: str, problem: Any, status: int, field: str
) -> None:
    filled.identity.answers[rpc] = problem
    typed = {"email": ADDRESS, "name": "Robin", "code": CODE, "password": SECRET, "current": SECRET}
    answer = sent(filled, path, **typed)
    page = Page(answer)
    assert answer.status_code == status
    assert page.title.startswith("Error: ")
    assert f"#{field}" in {one.get("href") for one in page.all("a")}
    assert field in {attrs.get("id") for _, attrs in page.tags}
    assert page.text.count(problem.detail) == 2
    assert "otters" not in answer.text


@pytest.mark.parametrize("path", ["/register/code", "/forgotten-password/code", "/invitation"])
def test_whoever_used_the_code_already_is_led_to_sign_in(filled: System, path: str) -> None:
    answer = get(filled.browser(), path)
    _, _, content = answer.text.partition("<main")
    assert 'href="/sign-in"' in content


@pytest.mark.parametrize("path", ["name", "address", "address/code", "password", "second-factors"])
def test_whoever_has_no_password_is_led_to_choosing_one_where_it_is_asked_for(
    filled: System, path: str
) -> None:
    filled.identity.answers["ListSecondFactors"] = pb.SecondFactors()
    page = Page(get(filled.browser(SESSION), f"/account/{path}"))
    assert "/forgotten-password" in {one.get("href") for one in page.all("a")}


@pytest.mark.parametrize(
    ("path", "rpc"), [("requests/q9/withdrawal", "WithdrawRoleRequest"), ("roles/g9/ending", "EndRole")]
)
def test_what_is_not_there_is_not_found(filled: System, path: str, rpc: str) -> None:
    filled.identity.answers[rpc] = not_found("not-there", "There is no such thing.")
    answer = sent(filled, f"/account/{path}")
    assert (answer.status_code, Page(answer).title.startswith("Page not found")) == (404, True)


def test_whoever_has_to_wait_is_told_how_long(filled: System) -> None:
    filled.identity.answers["AskForReset"] = throttled("too-many-tries", "Wait.", retry_after=30)
    assert sent(filled, "/forgotten-password", "", email=ADDRESS).headers["Retry-After"] == "30"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/register/code", ("email", "code")),
        ("/forgotten-password", ("email",)),
        ("/forgotten-password/code", ("email", "code")),
        ("/invitation", ("email", "code")),
        ("/account/address/code", ("email", "code")),
    ],
)
def test_nothing_is_tried_or_sent_for_an_empty_form(
    filled: System, path: str, fields: tuple[str, ...]
) -> None:
    answer = sent(filled, path, "")
    assert answer.status_code == 422
    assert {f"#{one}" for one in fields} <= {one.get("href") for one in Page(answer).all("a")}
    assert not filled.identity.asked


# ---- one's own account ---------------------------------------------------------------------------------------


def test_the_account_is_a_page_with_the_way_to_each_errand(filled: System) -> None:
    answer = get(filled.browser(SESSION), "/account")
    page = Page(answer)
    assert "<b>Marsh</b>" not in answer.text
    for words in ("Records events.", "Northfield", "It waits to be decided", "This is where you are now"):
        assert words in page.text
    links = {one.get("href") for one in page.all("a")}
    errands = {"name", "address", "password", "roles", "second-factors", "outside-sign-ins", "copy"}
    assert {f"/account/{one}" for one in errands} <= links
    assert last(filled, pb.GetOwnAccountRequest).session_token == SESSION


def test_who_has_no_role_and_no_request_is_told_what_to_do(filled: System) -> None:
    filled.identity.answers["GetOwnAccount"] = pb.OwnAccount()
    page = Page(get(filled.browser(SESSION), "/account"))
    assert "You hold no role" in page.text
    assert "No request of yours waits" in page.text
    assert "You have none. Choose one with a code" in page.text


def test_names_of_organisations_are_not_waited_for(filled: System) -> None:
    filled.identity.answers["SearchOrganisations"] = throttled("too-many", "Wait.")
    assert "RZ1" in get(filled.browser(SESSION), "/account").text


@pytest.mark.parametrize(
    ("path", "rpc", "fields"),
    [
        ("/account/name", pb.ChangeDetailsRequest, {"name": "Robin Reed", "password": SECRET}),
        ("/account/address", pb.ChangeDetailsRequest, {"email": "new@example.org", "password": SECRET}),
        ("/account/password", pb.ChangePasswordRequest, {"current": SECRET, "password": "another"}),
        ("/account/roles/rz1", pb.AskForRoleRequest, {"role": "standard", "reason": "I work there"}),
    ],
)
def test_what_is_changed_is_what_was_typed(
    filled: System, path: str, rpc: type[Any], fields: dict[str, str]
) -> None:
    answer = sent(filled, path, **fields)
    assert answer.status_code == 303
    asked = last(filled, rpc)
    assert {name: getattr(asked, name) for name in fields} == fields
    assert getattr(asked, "organisation", "RZ1") == "RZ1"
    assert getattr(asked, "session_token", SESSION) == SESSION


def test_all_other_sessions_end_and_this_one_goes_on(filled: System) -> None:
    assert sent(filled, "/account/sessions/ending").headers["Location"] == "/account"
    ended = [one.session_id for one in filled.identity.asked if isinstance(one, pb.EndSessionRequest)]
    assert ended == ["s2", "s3"]


def test_one_session_ends(filled: System) -> None:
    sent(filled, "/account/sessions/s2/ending")
    assert last(filled, pb.EndSessionRequest).session_id == "s2"


@pytest.mark.parametrize("there", [True, False])
def test_an_app_confirmed_twice_is_there_and_one_that_never_was_is_not(filled: System, there: bool) -> None:
    factors = pb.SecondFactors(factors=[pb.SecondFactor(factor_id="f1", kind="totp")] if there else [])
    filled.identity.answers |= {
        "ConfirmTotp": not_found("second-factor-not-found", "There is no such second factor."),
        "ListSecondFactors": factors,
    }
    answer = sent(
        filled, "/account/second-factors/app/f1", code="123456", secret="ABC", uri="otpauth://totp/x"
    )
    assert answer.status_code == (303 if there else 404)
    assert there is (answer.headers.get("Location") == "/account/second-factors")


def test_an_organisation_is_found_by_words_and_a_closed_one_names_its_successor(filled: System) -> None:
    page = Page(get(filled.browser(SESSION), "/account/roles?organisation=north+field"))
    assert last(filled, pb.SearchOrganisationsRequest).text == "north field"
    links = [one.get("href") for one in page.all("a")]
    assert links.count("/account/roles/RZ1") == 2
    assert "/account/roles/RZ9" not in links
    filled.identity.answers["SearchOrganisations"] = pb.FoundOrganisations()
    assert "No organisation matches" in get(filled.browser(SESSION), "/account/roles?organisation=x").text


def test_a_search_that_is_too_long_is_said_at_its_field(filled: System) -> None:
    detail = "Search for less."
    filled.identity.answers["SearchOrganisations"] = invalid("long", detail, Fault("search", "long", detail))
    answer = get(filled.browser(SESSION), "/account/roles?organisation=xx")
    assert answer.status_code == 422
    assert "#organisation" in {one.get("href") for one in Page(answer).all("a")}


def test_only_roles_of_people_are_offered_with_what_they_mean(filled: System) -> None:
    page = Page(get(filled.browser(SESSION), "/account/roles/RZ1"))
    assert [one["value"] for one in page.all("input") if one.get("name") == "role"] == [
        "standard",
        "org_admin",
    ]
    assert "Decides. It needs a second factor." in page.text
    assert "Northfield & Sons (RZ1)" in page.text or "Northfield &amp; Sons (RZ1)" in page.text


@pytest.mark.parametrize(("state", "said"), [("approved", "You have the role"), ("waiting", "is sent")])
def test_what_became_of_a_request_is_said(filled: System, state: str, said: str) -> None:
    filled.identity.answers["AskForRole"] = pb.RoleRequest(state=state)
    browser = filled.browser(SESSION)
    form = Page(get(browser, "/account/roles/RZ1"))
    answer = post(browser, "/account/roles/RZ1", form, role="standard", reason="I work there")
    shown = get(browser, answer.headers["Location"])
    assert said in shown.text
    assert "I work there" not in shown.text


CLOSED = [
    "/account", "/account/name", "/account/address", "/account/password", "/account/roles", "/account/roles/RZ1",
]  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_whoever_is_not_signed_in_is_shown_the_way(system: System, path: str) -> None:
    assert get(system.browser(), path).headers["Location"].startswith("/sign-in?next=/account")


@pytest.mark.parametrize("path", ["/register", "/forgotten-password/code", "/account/sessions/ending"])
def test_a_forged_form_is_refused(system: System, path: str) -> None:
    answer = system.browser(SESSION).post(path, data={"email": ADDRESS}, base_url="https://localhost")
    assert answer.status_code == 400
    assert not [one for one in system.identity.asked if "Actor" not in type(one).__name__]
