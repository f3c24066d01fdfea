"""The support team's pages: what the services are asked, what is said at which field, who is refused, what is never shown."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from chassis.actors import Reach
from chassis.problems import Fault, conflict, forbidden, invalid, not_found, unavailable
from gateway import packing
from gateway.door import BUSY
from gateway.envelope import LARGEST_BODY, MOST_PARTS
from protos.audit.v1.copying_pb2 import CopyHeldRequest
from protos.identity.v1 import identity_pb2 as pb
from protos.recording.v1 import recording_pb2
from tests.builders.actors import EVERYTHING, a_person
from tests.gateway import test_api_copies
from tests.gateway.conftest import SESSION, System
from tests.gateway.test_account_pages import last, sent, some_organisations, some_roles
from tests.gateway.test_outside_pages import get
from tests.gateway.test_pages import Page

IDENTITY = (
    "support", "decide", "read-credentials", "revoke-credential", "suspend", "reset-second-factor", "introspect", "read-audit",
    "organisations", "ask-erasure", "erase", "copy", "rectify",
)  # fmt: skip
RECORDING = ("read", "read-erasures", "ask-erasure", "erase", "restore", "anonymise", "copy")
MAY = EVERYTHING | {f"identity:{one}" for one in IDENTITY} | {f"recording:{one}" for one in RECORDING}
ID, ME = test_api_copies.ID, "me-"
held = test_api_copies.held
PERSON = f"/support/people/{ID}"
REFERENCE = "PSE-26-7H3KQ2WX-9"
SECRET = "a-token-that-somebody-showed-us"


def an_account(**more: Any) -> pb.Account:
    made = pb.Account(account_id=ID, name="Robin <b>Marsh</b>", email="robin@example.org", **more)
    made.grants.add(grant_id="g1", role="standard", organisation="RZ1").starts_at.FromSeconds(1_790_000_000)
    return made


def an_account_erasure(**more: Any) -> pb.AccountErasure:
    told = {"account_id": ID, "state": "asked", "ground": "legal_duty", "asked_by": "another"} | more
    return pb.AccountErasure(**told)


def some_account_erasures(**more: Any) -> pb.AccountErasures:
    listed = pb.ListedAccountErasure(
        erasure=an_account_erasure(**more), account_name="Robin <b>Marsh</b>", asked_by_name="Jo <b>Marsh</b>"
    )
    closed = pb.ListedAccountErasure(
        erasure=an_account_erasure(account_id="closed-one", state="waiting", waiting_for=["recording"])
    )
    return pb.AccountErasures(items=[listed, closed], next="n")


def an_erasure(**more: Any) -> recording_pb2.Erasure:
    told = {"erasure_id": "e1", "reference": REFERENCE, "state": "asked", "asked_by": "another"} | more
    made = recording_pb2.Erasure(**told)
    made.places.add(service="recording", place="texts", found=2, done="erased")
    return made


def a_row() -> pb.AuditEntry:
    made = pb.AuditEntry(
        service="identity", no=7, action="signed-in", purpose="because", detail='{"found": 2}',
        about=[pb.AuditSubject(id="x", reference=REFERENCE)],
        actor=pb.AuditActor(id=ID, kind="person", name="Robin <i>", organisation="RZ1", roles=["standard"]),
    )  # fmt: skip
    made.at.FromSeconds(1_790_000_000)
    return made


def an_import() -> pb.OrganisationImport:
    made = pb.OrganisationImport(
        import_id="i1", kind="etr", source="upload", state="running", lines=2, refused=1
    )
    made.faults.add(line=2, code="bad", detail="This line is no line.")
    return made


def a_record() -> pb.OrganisationRecord:
    other = pb.NamedOrganisation(code="RZ2", name="Dalesway")
    return pb.OrganisationRecord(
        organisation=some_organisations().organisations[0],
        closed_on="2026-03-02",
        roles=[pb.DatedRole(role="RO197", primary=True, start="2001-04-01")],
        parents=[pb.DatedLink(organisation=other, kind="RE5", start="2022-07-01")],
        successors=[pb.DatedLink(organisation=other, start="2026-03-03")],
        version=4,
    )


@pytest.fixture
def filled(system: System) -> System:
    system.identity.secrets[SESSION] = a_person("", Reach.NATIONAL, name="me", permissions=frozenset(MAY))
    key = pb.Credential(credential_id="k1", slot="primary", product="Acme", organisation="RZ1")
    told = pb.Introspection(
        kind="key", state="active", active=True, id="k1", product="Acme", organisation="RZ1"
    )
    verification = pb.AuditVerification(
        finished=True, sound=True, chains=[pb.VerifiedChain(service="access")]
    )
    system.identity.answers |= {
        "ListRoles": some_roles(),
        "SearchOrganisations": some_organisations(),
        "ListAccounts": pb.Accounts(accounts=[an_account()], next="cursor"),
        "SuspendAccount": an_account(suspended=True),
        "ResumeAccount": an_account(),
        "ResetSecondFactors": an_account(),
        "RectifyAccount": an_account(),
        "GetAccountErasure": not_found("erasure-not-found", "Nobody has asked."),
        "AskAccountErasure": an_account_erasure(),
        "ConfirmAccountErasure": an_account_erasure(),
        "WithdrawAccountErasure": an_account_erasure(),
        "ListAccountErasures": some_account_erasures(),
        "GetOrganisation": a_record(),
        "ListOrganisationImports": pb.OrganisationImports(
            imports=[an_import()], next="n", sync=pb.OrganisationSync(state="following", failed=2)
        ),
        "GetOrganisationImport": an_import(),
        "ReceiveOrganisationFile": an_import(),
        "ListCredentials": pb.Credentials(credentials=[key]),
        "RevokeCredential": key,
        "Introspect": told,
        "SearchAudit": pb.AuditPage(items=[a_row()], next="cursor/2"),
        "GetAuditVerification": verification,
        "VerifyAudit": verification,
    }
    system.recording.answers |= {
        "ListErasures": recording_pb2.Erasures(items=[an_erasure()], next="n"),
        "GetErasure": an_erasure(),
        "AskErasure": an_erasure(),
        "ConfirmErasure": an_erasure(),
        "WithdrawErasure": an_erasure(),
        "Restore": recording_pb2.Submitted(),
        "AnonymiseReporter": recording_pb2.Anonymised(),
        "ListQuestionSets": recording_pb2.QuestionSets(),
    }
    return system


def links(answer: Any) -> set[str]:
    return {one.get("href", "") for one in Page(answer).all("a")}


PAGES = [
    "/support", "/support/people", PERSON, f"{PERSON}/suspension", f"{PERSON}/resumption", f"{PERSON}/second-factor-reset",
    f"{PERSON}/details", f"{PERSON}/copy", f"{PERSON}/erasure", "/support/organisations?search=north",
    "/support/organisations/rz1", "/support/organisations/imports", "/support/organisations/imports/i1",
    "/support/credentials?organisation=rz1", "/support/credentials/RZ1/k1/revocation", "/support/audit?actor=x",
    "/support/audit/verification", "/support/erasures", "/support/erasures/accounts", "/support/erasures/new", "/support/erasures/e1",
    "/support/records/restoring", "/support/records/anonymising", "/support/status",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_heading_and_shows_no_markup_of_what_was_written(
    filled: System, path: str
) -> None:
    answer = get(filled.browser(SESSION), path)
    page = Page(answer)
    assert answer.status_code == 200
    assert len(page.all("h1")) == 1
    assert "<b>Marsh" not in answer.text
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_whoever_supports_nobody_is_refused(filled: System, path: str) -> None:
    no = forbidden("not-permitted", "You may not do that.")
    filled.identity.answers |= {name: no for name in filled.identity.answers if name != "SearchOrganisations"}
    filled.recording.answers |= dict.fromkeys(filled.recording.answers, no)
    assert get(filled.browser("narrow"), path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_signed_in_is_shown_the_way(system: System, path: str) -> None:
    assert get(system.browser(), path).headers["Location"].startswith("/sign-in?next=/support")


def test_the_start_shows_what_somebody_may_do(filled: System) -> None:
    assert {"/support/records/anonymising", "/support/audit"} <= links(
        get(filled.browser(SESSION), "/support")
    )
    filled.identity.secrets["less"] = a_person(permissions=frozenset({"identity:read-audit"}))
    shown = links(get(filled.browser("less"), "/support"))
    assert "/support/audit" in shown
    assert not {"/support/records/anonymising", "/support/people"} & shown
    assert "/support" in links(get(filled.browser(SESSION), "/notices"))


def test_a_form_is_for_whom_its_errand_is(filled: System) -> None:
    filled.identity.secrets["less"] = a_person(permissions=frozenset({"identity:read-audit"}))
    browser = filled.browser("less")
    assert get(browser, "/support/audit").status_code == 200
    for path in ("people", "organisations", "erasures/new", "records/restoring", "records/anonymising"):
        assert get(browser, f"/support/{path}").status_code == 403, path


# ---- people --------------------------------------------------------------------------------------------------


def test_whom_one_looks_for_stands_in_no_address(filled: System) -> None:
    answer = sent(filled, "/support/people", search="robin@", after="x")
    assert (answer.status_code, PERSON in links(answer)) == (200, True)
    asked = last(filled, pb.ListAccountsRequest)
    assert (asked.search, asked.after) == ("robin@", "x")
    assert {one["method"] for one in Page(answer).all("form")} == {"post"}
    assert Page(answer).field("after") == "cursor"
    filled.identity.answers["ListAccounts"] = pb.Accounts()
    assert "Nobody matches" in sent(filled, "/support/people", search="x").text


def test_an_account_that_is_closed_is_not_found(filled: System) -> None:
    filled.identity.answers["ListAccounts"] = pb.Accounts()
    assert get(filled.browser(SESSION), PERSON).status_code == 404


def test_a_suspended_account_can_be_resumed(filled: System) -> None:
    assert f"{PERSON}/suspension" in links(get(filled.browser(SESSION), PERSON))
    filled.identity.answers["ListAccounts"] = pb.Accounts(accounts=[an_account(suspended=True)])
    shown = links(get(filled.browser(SESSION), PERSON))
    assert f"{PERSON}/resumption" in shown
    assert f"{PERSON}/suspension" not in shown


@pytest.mark.parametrize(
    ("path", "rpc", "fields"),
    [
        ("suspension", pb.SuspendAccountRequest, {"reason": "Lost badge"}),
        ("resumption", pb.ResumeAccountRequest, {}),
        ("second-factor-reset", pb.ResetSecondFactorsRequest, {"reason": "Known to me"}),
        ("details", pb.RectifyAccountRequest, {"name": "Robin", "email": "", "case_number": "C-1"}),
        ("erasure", pb.AskAccountErasureRequest, {"ground": "legal_duty", "case_number": "C-1"}),
        ("erasure/confirmation", pb.ConfirmAccountErasureRequest, {}),
        ("erasure/withdrawal", pb.WithdrawAccountErasureRequest, {}),
    ],
)
def test_what_is_done_to_an_account_is_asked_of_identity(
    filled: System, path: str, rpc: type[Any], fields: dict[str, str]
) -> None:
    answer = sent(filled, f"{PERSON}/{path}", **fields)
    assert (answer.status_code, answer.headers["Location"].startswith(PERSON)) == (303, True)
    asked = last(filled, rpc)
    assert {name: getattr(asked, name) for name in fields} == fields
    assert asked.account_id == ID
    assert "badge" not in answer.headers["Location"]


def test_a_copy_is_a_page_for_a_case(filled: System, held: System) -> None:
    answer = sent(held, f"{PERSON}/copy", case_number="CASE-7")
    assert (answer.status_code, "<b>another</b>" in answer.text) == (200, False)
    assert "What is held of somebody" in answer.text
    asked = last(held, CopyHeldRequest)
    assert (asked.account_id, asked.case_number) == (ID, "CASE-7")
    held.access.answers["CopyHeld"] = unavailable("try-again", "Try again in a moment.")
    assert sent(held, f"{PERSON}/copy", case_number="C-1").status_code == 503, "what lacks something is none"


@pytest.mark.parametrize(
    ("asked_by", "state", "buttons"),
    [
        ("another", "asked", {"confirmation", "withdrawal"}),
        (ME, "asked", {"withdrawal"}),
        ("another", "waiting", {"confirmation"}),
        ("another", "done", set()),
    ],
)
def test_whoever_asked_for_an_erasure_cannot_confirm_it(
    filled: System, asked_by: str, state: str, buttons: set[str]
) -> None:
    filled.identity.answers["GetAccountErasure"] = an_account_erasure(asked_by=asked_by, state=state)
    filled.recording.answers["GetErasure"] = an_erasure(asked_by=asked_by, state=state)
    for path in (f"{PERSON}/erasure", "/support/erasures/e1"):
        forms = Page(get(filled.browser(SESSION), path)).all("form")
        assert {one["action"].rpartition("/")[2] for one in forms} - {"sign-out"} == buttons


def test_an_erasure_that_was_taken_back_can_be_asked_for_again(filled: System) -> None:
    filled.identity.answers["GetAccountErasure"] = an_account_erasure(state="withdrawn")
    assert "Ask for the erasure" in get(filled.browser(SESSION), f"{PERSON}/erasure").text


@pytest.mark.parametrize(
    ("asked_by", "permission", "words"),
    [
        ("another", "erase", "You, or another super administrator"),
        (ME, "erase", "A super administrator other than you"),
        ("another", "ask-erasure", "A super administrator who did not ask"),
    ],
)
def test_the_list_of_accounts_says_who_must_act_next(
    filled: System, asked_by: str, permission: str, words: str
) -> None:
    filled.identity.secrets["one"] = a_person(
        "", Reach.NATIONAL, name="me", permissions=frozenset({"identity:support", f"identity:{permission}"})
    )
    filled.identity.answers["ListAccountErasures"] = some_account_erasures(asked_by=asked_by)
    answer = get(filled.browser("one"), "/support/erasures/accounts")
    text = Page(answer).text
    for said in (
        words,
        "Waits to be confirmed",
        "The law demands it",
        "closed-one",
        "Who acts next recording",
    ):
        assert said in text, said
    assert f"{PERSON}/erasure" in links(answer)


def test_those_that_wait_to_be_confirmed_are_a_list_of_their_own(filled: System) -> None:
    answer = get(filled.browser(SESSION), "/support/erasures/accounts?show=to-confirm&after=x")
    assert last(filled, pb.ListAccountErasuresRequest) == pb.ListAccountErasuresRequest(
        cursor="x", to_confirm=True
    )
    here = "/support/erasures/accounts"
    assert {here, f"{here}?show=to-confirm", f"{here}?show=to-confirm&after=n"} <= links(answer)
    filled.identity.answers["ListAccountErasures"] = pb.AccountErasures()
    assert "Nothing waits to be confirmed" in get(filled.browser(SESSION), f"{here}?show=to-confirm").text
    assert "No erasure has been asked for" in get(filled.browser(SESSION), here).text


# ---- organisations -------------------------------------------------------------------------------------------


def test_an_organisation_is_shown_with_its_days_and_relations(filled: System) -> None:
    answer = get(filled.browser(SESSION), "/support/organisations/rz1")
    assert last(filled, pb.GetOrganisationRequest).code == "RZ1"
    for words in ("2 March 2026", "lies in (RE5)", "RO197", "Dalesway (RZ2)"):
        assert words in Page(answer).text


IMPORTS = "/support/organisations/imports"
BOUNDARY = "a-boundary"


def upload(system: System, path: str = IMPORTS, **fields: Any) -> Any:
    """A form with what is given; a pair is a file, of its content and its name."""
    browser = system.browser(SESSION)
    token = Page(get(browser, IMPORTS)).field("csrf_token")
    parts = {
        name: FileStorage(io.BytesIO(one[0]), one[1]) if isinstance(one, tuple) else one
        for name, one in fields.items()
    }
    body, length, boundary = stream_encode_multipart({"csrf_token": token} | parts, use_tempfile=False)
    return browser.post(
        path,
        input_stream=body,
        content_length=length,
        base_url="https://localhost",
        headers={"Referer": "https://localhost/"},
        content_type=f'multipart/form-data; boundary="{boundary}"',
    )


class Arriving(io.BytesIO):
    """A body that notes whether anybody read it, and stops coming where it is told to."""

    was_read = stops = False

    def readinto(self, buffer: Any, /) -> int:
        self.was_read = True
        if self.stops:
            raise TimeoutError
        return super().readinto(buffer)

    def read(self, size: int | None = -1, /) -> bytes:
        self.was_read = True
        return super().read(size)


def sent_slowly(browser: Any, body: Arriving, **environ: Any) -> Any:
    return browser.post(
        IMPORTS,
        input_stream=body,
        base_url="https://localhost",
        headers={"Referer": "https://localhost/"},
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        environ_overrides={"wsgi.input_terminated": True} | environ,
    )


def received(system: System) -> list[Any]:
    return [one for one in system.identity.asked if isinstance(one, pb.ReceiveOrganisationFileRequest)]


def test_a_file_is_imported_and_leads_to_what_becomes_of_it(filled: System) -> None:
    answer = upload(filled, kind=" etr ", file=(b"a,b\n", "etr.csv"))
    assert answer.headers["Location"] == "/support/organisations/imports/i1"
    asked = last(filled, pb.ReceiveOrganisationFileRequest)
    assert (asked.kind, zlib.decompress(asked.content)) == ("etr", b"a,b\n")
    shown = get(filled.browser(SESSION), "/support/organisations/imports/i1").text
    assert "This line is no line." in shown
    assert "Look again" in shown


def test_a_file_is_wanted(filled: System) -> None:
    answer = upload(filled, kind="etr")
    assert (answer.status_code, "#file" in links(answer)) == (422, True)


def test_a_file_that_cannot_be_read_is_said_at_its_field(filled: System) -> None:
    for path, field in (("", "#file"), ("kind", "#kind")):
        filled.identity.answers["ReceiveOrganisationFile"] = fault(path, "No such file.")
        answer = upload(filled, kind="etr", file=(b"x", "etr.csv"))
        assert (answer.status_code, field in links(answer)) == (422, True)
        assert Page(answer).field("kind") == "etr"


def test_a_file_may_be_larger_than_a_form(filled: System) -> None:
    content = b'"A81001","THE DENSHAM SURGERY"\n' * 330_000
    answer = upload(filled, kind="epraccur", file=(content, "epraccur.csv"))
    assert answer.status_code == 303
    (asked,) = received(filled)
    assert zlib.decompress(asked.content) == content


@pytest.mark.parametrize("size", [packing.LARGEST + 1, packing.LARGEST_FORM])
def test_a_file_that_is_too_large_is_said_at_its_field(filled: System, size: int) -> None:
    answer = upload(filled, kind="etr", file=(b"," * size, "etr.csv"))
    assert (answer.status_code, "#file" in links(answer)) == (422, True)
    assert Page(answer).text.count("The file is larger than any of the official files.") == 2
    assert not received(filled)


def test_no_other_form_may_be_so_large(filled: System) -> None:
    file = (b"," * LARGEST_BODY, "etr.csv")
    assert upload(filled, "/support/people", search="x", file=file).status_code == 413
    many = {f"file-{no}": (b",", "etr.csv") for no in range(MOST_PARTS)}
    assert upload(filled, "/support/people", **many).status_code == 413, "each file takes memory"
    assert upload(filled, search="x" * LARGEST_BODY).status_code == 422, "a field beside the file"
    assert not received(filled)


def test_a_file_is_read_for_whom_the_errand_is_alone(filled: System) -> None:
    filled.identity.secrets["less"] = a_person(permissions=frozenset({"identity:read-audit"}))
    for browser, status in ((filled.browser("less"), 403), (filled.browser("nobody"), 303)):
        body = Arriving(b"x" * 3_000_000)
        assert (sent_slowly(browser, body).status_code, body.was_read) == (status, False)


def test_a_file_in_a_forged_form_is_refused(filled: System) -> None:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="etr.csv"\r\n\r\n'
    body = Arriving(f"{part}a,b\r\n--{BOUNDARY}--\r\n".encode())
    answer = sent_slowly(filled.browser(SESSION), body)
    assert (answer.status_code, body.was_read) == (400, True)
    assert "Your form has expired" in answer.text
    assert not received(filled)


def test_a_file_that_stops_coming_or_finds_no_room_is_said_at_its_field(filled: System) -> None:
    body = Arriving(b"x")
    body.stops = True
    answer = sent_slowly(filled.browser(SESSION), body)
    assert (answer.status_code, "#file" in links(answer)) == (422, True)
    assert "No more of the file came for too long" in answer.text
    body = Arriving(b"x")
    answer = sent_slowly(filled.browser(SESSION), body, **{BUSY: True})
    assert (answer.status_code, "#file" in links(answer), body.was_read) == (429, True, False)


# ---- credentials and the audit -------------------------------------------------------------------------------


def test_what_was_shown_is_said_and_never_echoed(filled: System) -> None:
    answer = sent(filled, "/support/credentials/introspection", token=SECRET)
    assert last(filled, pb.IntrospectRequest).token == SECRET
    assert SECRET not in answer.text
    assert "/support/credentials/RZ1/k1/revocation" in links(answer)
    filled.identity.answers["Introspect"] = pb.Introspection(state="unknown")
    assert "We know nothing like it" in sent(filled, "/support/credentials/introspection", token=SECRET).text
    assert "#token" in links(sent(filled, "/support/credentials/introspection", token=" "))


def test_a_key_is_found_by_its_organisation_and_revoked(filled: System) -> None:
    assert "/support/credentials/RZ1/k1/revocation" in links(
        get(filled.browser(SESSION), "/support/credentials?organisation=rz1")
    )
    assert last(filled, pb.ListCredentialsRequest).organisation == "RZ1"
    answer = sent(filled, "/support/credentials/RZ1/k1/revocation")
    assert answer.headers["Location"] == "/support/credentials?organisation=RZ1"
    assert last(filled, pb.RevokeCredentialRequest).credential_id == "k1"
    assert get(filled.browser(SESSION), "/support/credentials/RZ1/other/revocation").status_code == 404


def test_nothing_is_looked_for_in_the_audit_unasked(filled: System) -> None:
    get(filled.browser(SESSION), "/support/audit")
    assert not [one for one in filled.identity.asked if isinstance(one, pb.SearchAuditRequest)]


def test_the_audit_is_searched_by_days_of_london_a_page_at_a_time(filled: System) -> None:
    query = "actor=a&about=b&action=c&service=access&from=2026-07-01&to=2026-07-01&after=cursor"
    answer = get(filled.browser(SESSION), f"/support/audit?{query}")
    asked = last(filled, pb.SearchAuditRequest)
    assert (asked.actor, asked.about, asked.action, asked.service) == ("a", "b", "c", "access")
    assert getattr(asked, "from").ToJsonString() == "2026-06-30T23:00:00Z"
    assert asked.until.ToJsonString() == "2026-07-01T23:00:00Z"
    assert asked.cursor == "cursor"
    kept = "actor=a&about=b&action=c&service=access&from=2026-07-01&to=2026-07-01"
    assert {f"/support/audit?{kept}", f"/support/audit?{kept}&after=cursor%2F2"} <= links(answer)
    for words in ("Robin <i>", "because; found: 2", "identity 7", REFERENCE):
        assert words.replace("<i>", "&lt;i&gt;") in " ".join(answer.text.split())


@pytest.mark.parametrize("typed", ["yesterday", "2026-13-01", "9999-12-31"])
def test_a_day_that_is_none_is_said_at_its_field(filled: System, typed: str) -> None:
    answer = get(filled.browser(SESSION), f"/support/audit?to={typed}")
    assert (answer.status_code, "#to" in links(answer)) == (422, True)


def test_what_identity_cannot_look_for_is_said_at_its_field(filled: System) -> None:
    filled.identity.answers["SearchAudit"] = invalid("bad-request", "'about' is an id or a code.")
    answer = get(filled.browser(SESSION), "/support/audit?about=free+text")
    assert (answer.status_code, "#about" in links(answer)) == (422, True)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (pb.AuditVerification(), "Look again"),
        (pb.AuditVerification(finished=True, sound=True), "nothing is wrong"),
        (pb.AuditVerification(finished=True), "something is wrong"),
        (not_found("verification-not-found", "Not yet."), "It has not been verified yet"),
    ],
)
def test_a_verification_is_said_in_words(filled: System, told: Any, words: str) -> None:
    filled.identity.answers["GetAuditVerification"] = told
    assert words in get(filled.browser(SESSION), "/support/audit/verification").text
    assert sent(filled, "/support/audit/verification").headers["Location"] == "/support/audit/verification"


# ---- records and the system ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "fields", "asked"),
    [
        ("erasures/new", {"reference": REFERENCE, "ground": "legal_duty", "case_number": "C-1"},
         recording_pb2.AskErasureRequest(event=REFERENCE, ground="legal_duty", case_number="C-1")),
        ("erasures/e1/confirmation", {}, recording_pb2.ConfirmErasureRequest(erasure_id="e1")),
        ("erasures/e1/withdrawal", {}, recording_pb2.WithdrawErasureRequest(erasure_id="e1")),
        ("records/restoring", {"reference": REFERENCE}, recording_pb2.RestoreRequest(event=REFERENCE)),
        ("records/anonymising", {"reference": REFERENCE, "sure": "yes"},
         recording_pb2.AnonymiseReporterRequest(event=REFERENCE)),
    ],
)  # fmt: skip
def test_what_is_done_to_a_record_is_asked_of_recording(
    filled: System, path: str, fields: dict[str, str], asked: Any
) -> None:
    assert sent(filled, f"/support/{path}", **fields).status_code == 303
    assert asked in filled.recording.asked


def test_nobody_is_anonymised_by_a_slip(filled: System) -> None:
    answer = sent(filled, "/support/records/anonymising", reference=REFERENCE)
    assert (answer.status_code, "#sure" in links(answer)) == (422, True)
    assert not filled.recording.asked


def test_the_status_says_who_does_not_answer(filled: System) -> None:
    browser = filled.browser(SESSION)
    assert "Every part of the service answers" in get(browser, "/support/status").text
    filled.doors["access"].stop()
    text = Page(get(browser, "/support/status")).text
    assert "Access State Does not answer" in text
    assert "Not every part" in text


def fault(path: str, detail: str) -> Any:
    return invalid("wrong", detail, Fault(path, "wrong", detail))


@pytest.mark.parametrize(
    ("path", "rpc", "problem", "status", "field"),
    [
        ("/support/people", "ListAccounts", invalid("cursor-not-valid", "Start again."), 422, "search"),
        (f"{PERSON}/suspension", "SuspendAccount", fault("reason", "Say why."), 422, "reason"),
        (f"{PERSON}/resumption", "ResumeAccount", conflict("x", "Not now."), 409, "reason"),
        (f"{PERSON}/second-factor-reset", "ResetSecondFactors", fault("reason", "Say why."), 422, "reason"),
        (f"{PERSON}/details", "RectifyAccount", fault("case_number", "Name it."), 422, "case_number"),
        (f"{PERSON}/details", "RectifyAccount", invalid("address-not-valid", "None."), 422, "name"),
        (f"{PERSON}/copy", "CopyHeld", fault("case_number", "Name it."), 422, "case_number"),
        (f"{PERSON}/erasure", "AskAccountErasure", fault("ground", "Say why."), 422, "ground"),
        (f"{PERSON}/erasure", "AskAccountErasure", conflict("last-administrator", "The last."), 409, "ground"),
        ("/support/organisations?search=x", "SearchOrganisations", invalid("long", "Less."), 422, "search"),
        ("/support/credentials?organisation=x", "ListCredentials", invalid("x", "No code."), 422, "organisation"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    filled: System, path: str, rpc: str, problem: Any, status: int, field: str
) -> None:
    filled.identity.answers[rpc] = problem
    answer = get(filled.browser(SESSION), path) if "?" in path else sent(filled, path, reason="", search="x")
    page = Page(answer)
    assert (answer.status_code, page.title.startswith("Error: ")) == (status, True)
    assert f"#{field}" in links(answer)
    assert field in {attrs.get("id") for _, attrs in page.tags}
    assert page.text.count(problem.detail) == 2


@pytest.mark.parametrize(
    ("path", "rpc", "field"),
    [
        ("/support/erasures/new", "AskErasure", "reference"),
        ("/support/records/restoring", "Restore", "reference"),
        ("/support/records/anonymising", "AnonymiseReporter", "reference"),
    ],
)
def test_what_recording_refuses_is_said_where_it_was_sent(
    filled: System, path: str, rpc: str, field: str
) -> None:
    filled.recording.answers[rpc] = not_found("event-not-found", "There is no such event.")
    answer = sent(filled, path, reference="x", sure="yes")
    assert (answer.status_code, f"#{field}" in links(answer)) == (404, True)
    assert Page(answer).text.count("There is no such event.") == 2


def test_an_erasure_that_cannot_be_confirmed_yet_says_so_at_its_button(filled: System) -> None:
    filled.identity.answers["GetAccountErasure"] = an_account_erasure()
    early = unavailable("try-again", "Try again in a moment.")
    last = conflict("last-administrator", "The last.")
    for path, problem, status in (
        ("/support/erasures/e1", early, 503),
        (f"{PERSON}/erasure", early, 503),
        (f"{PERSON}/erasure", last, 409),
    ):
        filled.recording.answers["ConfirmErasure"] = filled.identity.answers["ConfirmAccountErasure"] = (
            problem
        )
        answer = sent(filled, f"{path}/confirmation")
        assert (answer.status_code, "#confirm" in links(answer)) == (status, True)
        assert "confirm" in {attrs.get("id") for _, attrs in Page(answer).tags}


@pytest.mark.parametrize("button", ["confirmation", "withdrawal"])
def test_what_became_of_an_erasure_meanwhile_is_told_and_no_button_is_pointed_at(
    filled: System, button: str
) -> None:
    late = conflict("text-erased", "It is too late.")
    gone = not_found("account-erasure-not-found", "It was taken back.")
    filled.recording.answers |= {"ConfirmErasure": late, "WithdrawErasure": late}
    filled.identity.answers |= {"ConfirmAccountErasure": gone, "WithdrawAccountErasure": gone}
    for path, problem, status in (
        (f"/support/erasures/e1/{button}", late, 409),
        (f"{PERSON}/erasure/{button}", gone, 404),
    ):
        answer = sent(filled, path)
        assert (answer.status_code, problem.detail in Page(answer).text) == (status, True)
        assert "There is a problem" not in Page(answer).text
