"""An organisation on pages, for whoever administers it: what identity is asked, what is said at which field, who is refused."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Fault, conflict, forbidden, invalid, throttled
from gateway.guards import KEY_HEADER
from protos.identity.v1 import identity_pb2 as pb
from tests.builders.actors import a_person
from tests.gateway.conftest import SESSION, System
from tests.gateway.test_account_pages import last, sent, some_organisations, some_roles
from tests.gateway.test_outside_pages import get, post
from tests.gateway.test_pages import Page

MAY = frozenset(
    {"identity:support", "identity:decide", "identity:read-credentials", "identity:issue-credential"}
)
HERE = "/organisation/RZ1"
KEY = "a-key-that-is-shown-once"


def some_people() -> pb.Accounts:
    made = pb.Accounts(accounts=[pb.Account(account_id="a2", name="Ash <i>", email="ash@example.org")])
    grant = made.accounts[0].grants.add(grant_id="g2", role="standard", organisation="RZ1")
    grant.starts_at.FromSeconds(1_790_000_000)
    return made


def a_request(**more: Any) -> pb.RoleRequest:
    made = pb.RoleRequest(
        request_id="q1", name="Ash", role="standard", organisation="RZ1", reason="I work <b>there</b>", **more
    )
    made.asked_at.FromSeconds(1_790_000_000)
    return made


def some_invitations() -> pb.Invitations:
    states = ("waiting", "accepted", "revoked", "expired")
    return pb.Invitations(
        invitations=[
            pb.Invitation(invitation_id=f"i{at}", email=f"{at}@example.org", role="standard", state=state)
            for at, state in enumerate(states)
        ]
    )


def a_client() -> pb.LrmsClient:
    """With one shared key, and one public one."""
    made = pb.LrmsClient(
        client_id="c1", product="Acme & LRMS", organisation="RZ1", environment="production",
        scopes=["adverse-event.read", "adverse-event.write"],
    )  # fmt: skip
    made.credentials.add(
        credential_id="k1", slot="primary", scopes=["adverse-event.read"], last_used_on="2026-03-02"
    )
    made.keys.keys.add(kid="one", kind="EC P-256", thumbprint="abc", algorithms=["ES256"])
    return made


@pytest.fixture
def filled(system: System) -> System:
    system.identity.secrets[SESSION] = a_person(permissions=MAY)
    issued = pb.IssuedCredential(key=KEY, credential=pb.Credential(slot="secondary", product="Acme"))
    own = pb.OwnAccount(account=pb.Account(grants=[pb.Grant(role="org_admin", organisation="RZ1")]))
    scopes = [pb.Scope(name=f"adverse-event.{one}", label=f"{one}s.") for one in ("read", "write")]
    system.identity.answers |= {
        "ListRoles": pb.Roles(roles=some_roles().roles, scopes=scopes),
        "SearchOrganisations": some_organisations(),
        "GetOwnAccount": own,
        "ListColleagues": some_people(),
        "ListRoleRequests": pb.RoleRequests(requests=[a_request()]),
        "DecideRoleRequest": a_request(state="approved"),
        "EndRole": pb.RoleEnded(),
        "ListInvitations": some_invitations(),
        "Invite": pb.Invitation(),
        "RevokeInvitation": pb.Invitation(state="revoked"),
        "ListClients": pb.LrmsClients(clients=[a_client()]),
        "IssueCredential": issued,
        "RevokeCredential": pb.Credential(),
        "RegisterClient": pb.LrmsClient(client_id="c1"),
        "SetClientScopes": a_client(),
        "PutClientKeys": a_client(),
        "RemoveClientKeys": a_client(),
        "EndClient": a_client(),
    }
    return system


def links(answer: Any) -> set[str]:
    return {one.get("href", "") for one in Page(answer).all("a")}


# ---- which organisation --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", "/keys"])
def test_whoever_administers_one_goes_straight_to_it(filled: System, rest: str) -> None:
    answer = get(filled.browser(SESSION), f"/organisation{rest}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{HERE}{rest}")


def test_whoever_administers_several_chooses(filled: System) -> None:
    grants = tuple(Grant(code, Reach.ORGANISATION, MAY) for code in ("RZ1", "RZ2"))
    filled.identity.secrets[SESSION] = Actor("p", "person", "RZ1", grants)
    answer = get(filled.browser(SESSION), "/organisation/keys?search=north")
    assert {f"{HERE}/keys", "/organisation/RZ2/keys"} <= links(answer)
    assert "input" not in {tag for tag, one in Page(answer).tags if one.get("type") == "search"}


def test_the_national_team_finds_any(filled: System) -> None:
    filled.identity.secrets[SESSION] = a_person("", Reach.NATIONAL, permissions=MAY)
    browser = filled.browser(SESSION)
    assert get(browser, "/organisation").status_code == 200
    assert HERE in links(get(browser, "/organisation?search=north"))
    assert last(filled, pb.SearchOrganisationsRequest).text == "north"
    filled.identity.answers["SearchOrganisations"] = invalid("long", "Search for less.")
    answer = get(browser, "/organisation?search=north")
    assert (answer.status_code, "#search" in links(answer)) == (422, True)


@pytest.mark.parametrize("path", ["/organisation", "/organisation/keys"])
def test_whoever_administers_none_is_refused(filled: System, path: str) -> None:
    answer = get(filled.browser("narrow"), path)
    assert (answer.status_code, "You do not administer an organisation" in answer.text) == (403, True)


def test_the_menu_shows_it_to_whom_it_is_for(filled: System) -> None:
    assert "/organisation" in links(get(filled.browser(SESSION), "/notices"))
    assert "/organisation" not in links(get(filled.browser("narrow"), "/"))


@pytest.mark.parametrize(
    "path",
    ["", "/roles/g2/ending", "/invitations", "/invitations/new", "/keys", "/keys/new", "/keys/k1/revocation",
     "/clients/new", "/clients/c1"],
)  # fmt: skip
def test_what_identity_forbids_is_forbidden(filled: System, path: str) -> None:
    no = forbidden("not-permitted", "You do not administer this organisation.")
    asked = ("ListColleagues", "ListInvitations", "ListClients", "GetOwnAccount", "ListRoles")
    filled.identity.answers |= dict.fromkeys(asked, no)
    assert get(filled.browser(SESSION), f"{HERE}{path}").status_code == 403


# ---- people --------------------------------------------------------------------------------------------------


def test_people_are_listed_with_the_way_to_end_a_role(filled: System) -> None:
    answer = get(filled.browser(SESSION), HERE)
    assert last(filled, pb.ListColleaguesRequest).organisation == "RZ1"
    assert f"{HERE}/roles/g2/ending" in links(answer)
    assert "Ash &lt;i&gt;" in answer.text
    filled.identity.answers["ListColleagues"] = pb.Accounts()
    assert "Nobody holds a role here yet" in get(filled.browser(SESSION), HERE).text


def test_many_people_come_in_pages_and_whom_one_looks_for_stands_in_no_address(filled: System) -> None:
    browser = filled.browser(SESSION)
    assert "after" not in {one.get("name") for one in Page(get(browser, HERE)).all("input")}
    people = some_people()
    people.next = "a2"
    filled.identity.answers["ListColleagues"] = people
    form = Page(get(browser, HERE))
    assert form.field("after") == "a2"
    more = Page(post(browser, HERE, form, search="ash", after="a2"))
    asked = last(filled, pb.ListColleaguesRequest)
    assert (asked.organisation, asked.search, asked.after) == ("RZ1", "ash", "a2")
    assert more.field("search") == "ash"
    filled.identity.answers["ListColleagues"] = pb.Accounts()
    assert "Nobody matches" in post(browser, HERE, form, search="x").text


def test_a_role_is_ended_with_a_reason_that_goes_nowhere_else(filled: System) -> None:
    answer = sent(filled, f"{HERE}/roles/g2/ending", reason="Moved away")
    assert answer.headers["Location"] == HERE
    asked = last(filled, pb.EndRoleRequest)
    assert (asked.grant_id, asked.reason) == ("g2", "Moved away")
    get(filled.browser(SESSION), f"{HERE}/roles/g2/ending")
    assert last(filled, pb.ListColleaguesRequest).grant_id == "g2"


def test_a_role_that_nobody_holds_is_not_found(filled: System) -> None:
    assert get(filled.browser(SESSION), f"{HERE}/roles/other/ending").status_code == 404


# ---- requests and invitations --------------------------------------------------------------------------------


def test_requests_are_listed_and_one_shows_why(filled: System) -> None:
    browser = filled.browser(SESSION)
    assert "/organisation/requests/q1" in links(get(browser, "/organisation/requests"))
    assert "I work &lt;b&gt;there" in get(browser, "/organisation/requests/q1").text
    assert last(filled, pb.ListRoleRequestsRequest).request_id == "q1"
    filled.identity.answers["ListRoleRequests"] = pb.RoleRequests()
    assert "No request waits for you" in get(browser, "/organisation/requests").text
    assert get(browser, "/organisation/requests/q1").status_code == 404


@pytest.mark.parametrize(("many", "said"), [(199, False), (200, True)])
def test_a_list_that_may_not_be_whole_says_so(filled: System, many: int, said: bool) -> None:
    filled.identity.answers["ListRoleRequests"] = pb.RoleRequests(requests=[a_request()] * many)
    invited = pb.Invitation(invitation_id="i", email="a@example.org", role="standard", state="expired")
    filled.identity.answers["ListInvitations"] = pb.Invitations(invitations=[invited] * many)
    browser = filled.browser(SESSION)
    assert ("the oldest 200" in get(browser, "/organisation/requests").text) is said
    assert ("the newest 200" in get(browser, f"{HERE}/invitations").text) is said


@pytest.mark.parametrize(("decision", "approve"), [("approve", True), ("refuse", False)])
def test_a_request_is_decided(filled: System, decision: str, approve: bool) -> None:
    answer = sent(filled, "/organisation/requests/q1", decision=decision, reason=" Known to me ")
    assert answer.headers["Location"] == "/organisation/requests"
    asked = last(filled, pb.DecideRoleRequestRequest)
    assert (asked.request_id, asked.approve, asked.reason) == ("q1", approve, "Known to me")


def test_nothing_is_decided_where_nothing_was_chosen(filled: System) -> None:
    answer = sent(filled, "/organisation/requests/q1", reason="Known to me")
    assert (answer.status_code, "#decision" in links(answer)) == (422, True)
    assert not [one for one in filled.identity.asked if isinstance(one, pb.DecideRoleRequestRequest)]


def test_only_roles_that_somebody_may_grant_are_offered(filled: System) -> None:
    page = Page(get(filled.browser(SESSION), f"{HERE}/invitations/new"))
    assert [one["value"] for one in page.all("input") if one.get("name") == "role"] == ["standard"]


def test_somebody_is_invited(filled: System) -> None:
    answer = sent(filled, f"{HERE}/invitations/new", email="new@example.org", role="standard")
    assert answer.headers["Location"] == f"{HERE}/invitations"
    asked = last(filled, pb.InviteRequest)
    assert (asked.email, asked.role, asked.organisation) == ("new@example.org", "standard", "RZ1")


def test_only_an_invitation_that_waits_can_be_taken_back(filled: System) -> None:
    page = Page(get(filled.browser(SESSION), f"{HERE}/invitations"))
    assert [one["action"] for one in page.all("form") if "revocation" in one["action"]] == [
        f"{HERE}/invitations/i0/revocation"
    ]
    sent(filled, f"{HERE}/invitations/i0/revocation")
    assert last(filled, pb.RevokeInvitationRequest).invitation_id == "i0"


# ---- keys and clients ----------------------------------------------------------------------------------------


def test_keys_are_listed_and_another_is_a_link_away(filled: System) -> None:
    answer = get(filled.browser(SESSION), f"{HERE}/keys")
    text = Page(answer).text
    for words in ("Primary", "2 March 2026", "When it is revoked", "1 public key of its own"):
        assert words in text
    wanted = {"keys/k1/revocation", "clients/c1", "keys/new?product=Acme%20%26%20LRMS&environment=production"}
    assert {f"{HERE}/{one}" for one in wanted} <= links(answer)
    filled.identity.answers["ListClients"] = pb.LrmsClients()
    assert "No LRMS of this organisation" in get(filled.browser(SESSION), f"{HERE}/keys").text


def test_a_key_is_shown_once_with_how_to_use_it(filled: System) -> None:
    fields = {"product": "Acme", "environment": "production", "days": "730", "scopes": "adverse-event.read"}
    answer = sent(filled, f"{HERE}/keys/new", **fields)
    assert (answer.status_code, answer.text.count(KEY), KEY_HEADER in answer.text) == (200, 1, True)
    asked = last(filled, pb.IssueCredentialRequest)
    assert (asked.organisation, asked.days, list(asked.scopes)) == ("RZ1", 730, ["adverse-event.read"])


def test_a_key_that_may_do_nothing_is_not_one_that_may_do_everything(filled: System) -> None:
    answer = sent(filled, f"{HERE}/keys/new", product="Acme", environment="production", days="365")
    assert answer.status_code == 422
    assert "Choose what the key may be used for" in answer.text
    assert not [one for one in filled.identity.asked if isinstance(one, pb.IssueCredentialRequest)]


def test_a_form_for_a_key_tells_which_keys_there_were_when_it_was_shown(filled: System) -> None:
    page = Page(get(filled.browser(SESSION), f"{HERE}/keys/new"))
    assert page.field("besides") == "k1"
    fields = {"product": "Acme", "environment": "production", "days": "730", "scopes": "adverse-event.read"}
    sent(filled, f"{HERE}/keys/new", besides="k1", **fields)
    asked = last(filled, pb.IssueCredentialRequest)
    assert (asked.no_other, list(asked.besides)) == (True, ["k1"])


def test_a_key_lives_a_year_where_nothing_sensible_was_sent(filled: System) -> None:
    wanted = {"product": "Acme", "environment": "production", "scopes": "adverse-event.read"}
    sent(filled, f"{HERE}/keys/new", days="-1", **wanted)
    assert last(filled, pb.IssueCredentialRequest).days == 365


def test_a_key_is_revoked_after_its_page(filled: System) -> None:
    browser = filled.browser(SESSION)
    assert "Acme &amp; LRMS" in get(browser, f"{HERE}/keys/k1/revocation").text
    assert get(browser, f"{HERE}/keys/other/revocation").status_code == 404
    assert sent(filled, f"{HERE}/keys/k1/revocation").headers["Location"] == f"{HERE}/keys"
    assert last(filled, pb.RevokeCredentialRequest).credential_id == "k1"


def test_a_client_is_registered_and_leads_to_its_page(filled: System) -> None:
    answer = sent(filled, f"{HERE}/clients/new", product="Acme", environment="sandbox")
    assert answer.headers["Location"] == f"{HERE}/clients/c1"
    assert last(filled, pb.RegisterClientRequest).organisation == "RZ1"


@pytest.mark.parametrize(
    ("path", "rpc", "fields"),
    [
        ("scopes", pb.SetClientScopesRequest, {"scopes": "adverse-event.read"}),
        ("public-keys", pb.PutClientKeysRequest, {"jwks_uri": "https://vendor.example/keys"}),
        ("public-keys/removal", pb.RemoveClientKeysRequest, {}),
        ("ending", pb.EndClientRequest, {}),
    ],
)
def test_what_is_done_to_a_client_is_asked_of_identity(
    filled: System, path: str, rpc: type[Any], fields: dict[str, str]
) -> None:
    assert sent(filled, f"{HERE}/clients/c1/{path}", **fields).status_code == 303
    asked = last(filled, rpc)
    assert asked.client_id == "c1"
    for name, value in fields.items():
        assert getattr(asked, name) in (value, [value])


def test_a_client_shows_its_public_keys(filled: System) -> None:
    browser = filled.browser(SESSION)
    assert "EC P-256" in get(browser, f"{HERE}/clients/c1").text
    assert get(browser, f"{HERE}/clients/other").status_code == 404


def fault(path: str, detail: str) -> Any:
    return invalid("wrong", detail, Fault(path, "wrong", detail))


@pytest.mark.parametrize(
    ("path", "rpc", "problem", "status", "field"),
    [
        ("/organisation/requests/q1", "DecideRoleRequest", fault("reason", "Give a reason."), 422, "reason"),
        (f"{HERE}/roles/g2/ending", "EndRole", fault("reason", "Give a reason."), 422, "reason"),
        (f"{HERE}/roles/g2/ending", "EndRole", conflict("last-administrator", "Nobody else."), 409, "reason"),
        (f"{HERE}/invitations/new", "Invite", invalid("address-not-valid", "No address."), 422, "email"),
        (f"{HERE}/invitations/new", "Invite", fault("role", "No such role."), 422, "role"),
        (f"{HERE}/invitations/new", "Invite", fault("organisation", "Not there."), 422, "role"),
        (f"{HERE}/invitations/i0/revocation", "RevokeInvitation", throttled("x", "Wait."), 429, "revoke-i0"),
        (f"{HERE}/keys/new", "IssueCredential", fault("product", "Name it."), 422, "product"),
        (f"{HERE}/keys/new", "IssueCredential", fault("environment", "Choose."), 422, "environment"),
        (f"{HERE}/keys/new", "IssueCredential", fault("organisation", "Not open."), 422, "product"),
        (f"{HERE}/keys/new", "IssueCredential", conflict("both-keys-in-use", "It has two."), 409, "product"),
        (f"{HERE}/clients/new", "RegisterClient", fault("environment", "Choose."), 422, "environment"),
        (f"{HERE}/clients/c1/scopes", "SetClientScopes", fault("scopes", "Not known."), 422, "scopes"),
        (f"{HERE}/clients/c1/public-keys", "PutClientKeys", fault("jwks.keys[0].n", "Weak."), 422, "jwks"),
        (f"{HERE}/clients/c1/public-keys", "PutClientKeys", fault("jwks_uri", "Away."), 422, "jwks_uri"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    filled: System, path: str, rpc: str, problem: Any, status: int, field: str
) -> None:
    filled.identity.answers[rpc] = problem
    typed = {
        "decision": "refuse",
        "email": "x",
        "product": "Acme",
        "reason": "",
        "scopes": "adverse-event.read",
    }
    answer = sent(filled, path, **typed)
    page = Page(answer)
    assert (answer.status_code, page.title.startswith("Error: ")) == (status, True)
    assert f"#{field}" in links(answer)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert field in ids
    assert len(ids) == len(set(ids))
    assert page.text.count(problem.detail) == 2
