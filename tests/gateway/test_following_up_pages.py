"""Pages for following up: what they ask of recording and identity, and what is shown where something is wrong, changed or away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Fault, conflict, forbidden, invalid, not_found, unavailable
from gateway.web.following_up.history import word_by_word
from gateway.web.following_up.words import HANDLED
from protos.identity.v1 import identity_pb2
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.actors import EVERYTHING, a_person
from tests.gateway.builders import (
    REFERENCE,
    a_follow_up,
    a_remark,
    an_event,
    question_sets,
    some_work,
    with_answers,
)
from tests.gateway.conftest import SESSION, Client, System
from tests.gateway.test_pages import Page

OTHER = "PSE-26-AAAAAAAA-A"
LEAD = a_person(name="lead", permissions=EVERYTHING | {"recording:handle", "recording:govern"})
OVERSEER = a_person("QZ1", name="board", permissions=frozenset({"recording:read", "access:read"}))
HERE = f"/events/{REFERENCE}"
WORDS = "The drain was mended on the ward of Mary Whitcombe."


def a_recorded_event(revision: int = 1, recorder: str = "somebody", **more: Any) -> pb.SafetyEvent:
    """Good care, as recording has it: everything that must be answered."""
    facts = pb.EventFacts(
        reference=REFERENCE, revision=revision, question_set=6, event_type="good_care", recorder_id=recorder,
        organisation="RZ1", **more,
    )  # fmt: skip
    facts.reported_at.FromSeconds(1_790_000_000)
    facts.revised_at.FromSeconds(1_790_000_000 + revision)
    for section, property, code in (("native", "Type", "4"), ("location-details", "LocationKnown", "y")):
        facts.answers.add(section=section, property=property, code=code)
    event = pb.SafetyEvent(facts=facts)
    event.texts.add(field="adverse-event-core/0/Description", text="[NAME] helped.", checked=True)
    event.texts.add(field="adverse-event-went-well/0/HowFutureOccurrence", text="More of it.", checked=True)
    return event


DEVICE = "adverse-event-device-details"


def with_devices(revision: int, *devices: dict[str, str]) -> pb.SafetyEvent:
    """An incident with devices: property → text."""
    event = a_recorded_event(revision)
    event.facts.answers[0].code = "1"
    event.facts.answers.add(section="adverse-event-agent", property="InvolvedAgents", code="3")
    for entry, device in enumerate(devices):
        for property, words in device.items():
            event.texts.add(field=f"{DEVICE}/{entry}/{property}", text=words, checked=True)
    return event


@pytest.fixture
def filled(system: System) -> System:
    """A safety lead with one event to follow up, and a board that only reads."""
    system.identity.secrets |= {"lead": LEAD, "board": OVERSEER}
    staff = [("lead-RZ1", "Edie Farrant"), ("colleague-1", "Sam Holt")]
    people = [identity_pb2.StaffMember(account_id=one, name=name) for one, name in staff]
    system.identity.answers["ListFollowUpStaff"] = identity_pb2.FollowUpStaff(people=people)
    system.access.answers["GetEvent"] = with_answers(an_event())
    system.recording.answers |= question_sets() | {
        "ListWork": pb.WorkList(work=[some_work(), some_work(OTHER, state="closed", version=4)]),
        "CountWork": pb.WorkCounts(states={"new": 3, "closed": 9}, unassigned=2, mine=1, actions_overdue=1),
        "GetFollowUp": a_follow_up(),
        "Suggest": pb.Suggestions(),
        "GetEvent": a_recorded_event(),
        "ListDrafts": pb.Drafts(),
    }
    return system


@pytest.fixture
def lead(filled: System) -> Client:
    return filled.browser("lead")


def get(browser: Client, path: str) -> Any:
    return browser.get(path, base_url="https://localhost")


def post(browser: Client, path: str, **sent: Any) -> Any:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', get(browser, "/report").text)
    headers = {"Referer": f"https://localhost{path}"}
    return browser.post(
        path, data=sent | {"csrf_token": token[0]}, base_url="https://localhost", headers=headers
    )


def asked(system: System, kind: type[Any]) -> list[Any]:
    return [one for one in system.recording.asked if isinstance(one, kind)]


def one_asked(system: System, kind: type[Any]) -> Any:
    (one,) = asked(system, kind)
    return one


# ---- the list ------------------------------------------------------------------------------------------------


def test_what_waits_is_numbers_that_lead_to_it(lead: Client) -> None:
    page = Page(get(lead, "/events"))
    links = {one.get("href", "") for one in page.all("a")}
    responses = {f"/safety-responses?due={one}" for one in ("overdue", "soon", "actions")}
    assert {"/events?state=new", "/events?state=closed"} | responses <= links
    assert "3 New" in page.text
    assert any(one.startswith("/events?assigned=nobody&state=new") for one in links)
    bars = [float(one["width"]) for one in page.all("rect")]
    assert (len(bars), max(bars), min(bars)) == (len(HANDLED), 100, 0), "each against the largest"


def test_filters_live_in_the_address(lead: Client, filled: System) -> None:
    query = "state=new&state=closed&type=risk&harm=2&assigned=me&recorded_from=27/3/2026&occurred_until=1+May+2026&sort=happened"
    page = get(lead, f"/events?{query}")
    one = one_asked(filled, pb.ListWorkRequest)
    assert (list(one.states), list(one.event_types), list(one.physical_harms)) == (
        ["new", "closed"],
        ["risk"],
        ["2"],
    )
    assert (one.recorded_from, one.occurred_until) == ("2026-03-27", "2026-05-01")
    assert (one.assigned, one.sort, one.ascending) == (pb.ASSIGNED_ME, pb.WORK_SORT_OCCURRED, False)
    assert 'value="27/3/2026"' in page.text
    assert not asked(filled, pb.CountWorkRequest), "what was looked for is shown, not what waits"


def test_a_day_that_cannot_be_is_said_at_its_field(lead: Client, filled: System) -> None:
    page = get(lead, "/events?recorded_from=31/2/2026")
    assert page.status_code == 422
    assert "<title>Error: Events" in page.text
    assert 'href="#recorded_from"' in page.text
    assert 'value="31/2/2026"' in page.text
    assert "No event matches" not in page.text
    assert not asked(filled, pb.ListWorkRequest)


def test_what_recording_cannot_look_for_is_said(lead: Client, filled: System) -> None:
    fault = Fault("reference", "reference-mistyped", "Enter a whole reference number.")
    filled.recording.answers["ListWork"] = invalid("request-not-accepted", "Not.", fault)
    page = get(lead, "/events?reference=PSE")
    assert page.status_code == 422
    assert 'href="#reference"' in page.text


def test_nothing_that_matches_is_not_nothing_at_all(lead: Client, filled: System) -> None:
    filled.recording.answers["ListWork"] = pb.WorkList()
    assert "No event matches" in get(lead, "/events?state=new").text
    assert "There are no events to show" in get(lead, "/events").text


def test_who_only_reads_sees_the_list_and_no_acts(filled: System) -> None:
    filled.recording.answers["ListWork"] = pb.WorkList(work=[some_work(followed=False, state="", version=0)])
    page = get(filled.browser("board"), "/events")
    assert REFERENCE in page.text
    assert "/events/selected" not in page.text
    assert "checkbox" not in page.text.split("</form>")[-1]
    assert not asked(filled, pb.CountWorkRequest)


def test_the_list_as_a_file_holds_coded_facts_and_no_formula(lead: Client, filled: System) -> None:
    pages = {
        "": pb.WorkList(work=[some_work(organisation_name="=cmd()")], next="more"),
        "more": pb.WorkList(work=[some_work(OTHER)]),
    }
    filled.recording.answers["ListWork"] = lambda asking: pages[asking.cursor]
    told = get(lead, "/events/list.csv?state=new")
    assert told.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in told.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(told.text.lstrip("\ufeff"))))
    assert [row[0] for row in rows] == ["Reference", REFERENCE, OTHER]
    assert "'=cmd()" in rows[1]
    assert "Low physical harm" in rows[1]
    both = asked(filled, pb.ListWorkRequest)
    assert {(one.exported, tuple(one.states)) for one in both} == {(True, ("new",))}


def test_more_than_a_file_holds_is_asked_to_be_filtered(lead: Client, filled: System) -> None:
    filled.recording.answers["ListWork"] = invalid("too-many-at-once", "There are more.")
    told = get(lead, "/events/list.csv?state=new")
    assert told.status_code == 422
    assert "more than 5,000 events" in told.text
    assert "There are no events" not in told.text
    assert "No event matches" not in told.text
    assert one_asked(filled, pb.ListWorkRequest).most == 5_000


def test_a_recording_of_the_release_before_is_asked_for_no_more_than_a_file_holds(
    lead: Client, filled: System
) -> None:
    every = pb.WorkList(work=[some_work() for _ in range(500)], next="more")
    filled.recording.answers["ListWork"] = every
    assert get(lead, "/events/list.csv").status_code == 422
    assert len(asked(filled, pb.ListWorkRequest)) == 10


# ---- several at once -----------------------------------------------------------------------------------------


def test_each_of_several_is_done_by_itself_and_told_of(lead: Client, filled: System) -> None:
    def handle(asking: pb.HandleRequest) -> pb.FollowUp:
        if asking.event == OTHER:
            raise conflict("state-not-next", "Closed.")
        return a_follow_up("on_hold")

    filled.recording.answers["Handle"] = handle
    rows = [f"{REFERENCE}:1", f"{OTHER}:4"]
    done = post(
        lead, "/events/selected", row=rows, act="state:on_hold", **{"filter-state": ["new", "closed"]}
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/events?state=new&state=closed#done")
    assert {(one.event, one.expected_version) for one in asked(filled, pb.HandleRequest)} == {
        (REFERENCE, 1),
        (OTHER, 4),
    }
    page = Page(get(lead, "/events?state=new&state=closed"))
    assert "1 event changed. 1 not changed: see below why." in page.text
    assert f"{REFERENCE} Result Done" in page.text
    assert f"{OTHER} Result Not changed: it cannot go there" in page.text
    assert "What became of each" not in get(lead, "/events").text, "told once"


class Handled:
    """An event whose handling is kept as recording keeps it."""

    def __init__(self, system: System) -> None:
        self.state, self.version, self.by, self.to = "new", 1, "", ""
        self.fails: dict[str, Exception] = {}  # by the state that is asked for
        system.recording.answers |= {"Handle": self.handle, "Assign": self.assign, "GetFollowUp": self.told}

    def handle(self, asking: pb.HandleRequest) -> pb.FollowUp:
        if asking.state in self.fails:
            raise self.fails[asking.state]
        own = asking.expected_version == self.version - 1 and self.by == "lead-RZ1"
        if asking.state == self.state and (asking.expected_version == self.version or own):
            return self.told()
        if asking.expected_version != self.version:
            raise conflict("version-conflict", "Changed.")
        if (self.state, asking.state) == ("new", "closed"):
            raise conflict("state-not-next", "New.")
        self.changed(asking.state, "lead-RZ1")
        return self.told()

    def assign(self, asking: pb.AssignRequest) -> pb.FollowUp:
        if asking.expected_version != self.version:
            raise conflict("version-conflict", "Changed.")
        self.to = asking.account_id
        self.changed(self.state, "lead-RZ1")
        return self.told()

    def changed(self, state: str, by: str) -> None:
        self.state, self.version, self.by = state, self.version + 1, by

    def told(self, asking: Any = None) -> pb.FollowUp:
        handling = pb.Handling(
            state=self.state, version=self.version, changed_by=self.by, assigned_to=self.to
        )
        return pb.FollowUp(reference=REFERENCE, handling=handling)


def done_to(lead: Client, act: str, row: str = f"{REFERENCE}:1") -> str:
    """What the list says became of it."""
    assert post(lead, "/events/selected", row=row, act=act).status_code == 303
    return Page(get(lead, "/events")).text


def test_reviewed_is_closed_by_way_of_the_review(lead: Client, filled: System) -> None:
    handled = Handled(filled)
    assert "1 event changed." in done_to(lead, "reviewed")
    assert [(one.state, one.expected_version) for one in asked(filled, pb.HandleRequest)] == [
        ("closed", 1),
        ("under_review", 1),
        ("closed", 2),
    ]
    assert (handled.state, handled.version) == ("closed", 3)


def test_what_was_done_already_by_the_same_person_is_done(lead: Client, filled: System) -> None:
    handled = Handled(filled)
    for _ in range(2):
        assert f"{REFERENCE} Result Done" in done_to(lead, "reviewed")
    assert handled.version == 3
    handled.state, handled.version = "new", 1
    for _ in range(2):
        assert f"{REFERENCE} Result Done" in done_to(lead, "assign:colleague-1")
    assert handled.version == 2


def test_a_review_that_one_began_oneself_is_closed_when_it_is_asked_for_again(
    lead: Client, filled: System
) -> None:
    handled = Handled(filled)
    handled.changed("under_review", "lead-RZ1")
    assert f"{REFERENCE} Result Done" in done_to(lead, "reviewed")
    assert handled.state == "closed"


def test_what_somebody_else_did_meanwhile_is_not_taken_for_ones_own(lead: Client, filled: System) -> None:
    handled = Handled(filled)
    handled.changed("closed", "colleague-1")
    assert "Not changed: somebody else changed it meanwhile" in done_to(lead, "reviewed")


def test_a_review_that_began_and_did_not_end_is_told_of_as_that(lead: Client, filled: System) -> None:
    Handled(filled).fails["closed"] = conflict("state-not-next", "No.")
    text = done_to(lead, "reviewed")
    assert "0 events changed. 1 under review and not closed: see below why." in text
    assert "Under review now; not closed: it cannot go there from the state it is in" in text
    assert "Not changed" not in text


def test_several_are_assigned_to_a_colleague(lead: Client, filled: System) -> None:
    filled.recording.answers["Assign"] = a_follow_up(assigned_to="colleague-1")
    assert post(lead, "/events/selected", row=f"{REFERENCE}:1", act="assign:colleague-1").status_code == 303
    one = one_asked(filled, pb.AssignRequest)
    assert (one.event, one.account_id, one.expected_version) == (REFERENCE, "colleague-1", 1)


def of_two_organisations(filled: System) -> None:
    """REFERENCE belongs to RZ1, where Sam follows up, and OTHER to RZ2, where Ida does."""
    staff = {"RZ1": ("colleague-1", "Sam Holt"), "RZ2": ("colleague-2", "Ida Byrne")}
    homes = {REFERENCE: "RZ1", OTHER: "RZ2"}

    def people(asking: Any) -> identity_pb2.FollowUpStaff:
        account, name = staff[asking.organisation]
        return identity_pb2.FollowUpStaff(people=[identity_pb2.StaffMember(account_id=account, name=name)])

    def event(asking: pb.GetEventRequest) -> pb.SafetyEvent:
        found = a_recorded_event()
        found.facts.organisation = homes[asking.event_id]
        return found

    filled.identity.answers["ListFollowUpStaff"] = people
    filled.recording.answers |= {
        "GetEvent": event,
        "Assign": a_follow_up(),
        "ListWork": pb.WorkList(
            work=[
                some_work(assigned_to="colleague-1"),
                some_work(OTHER, organisation="RZ2", assigned_to="colleague-2"),
            ]
        ),
    }


def test_an_event_is_given_to_nobody_who_does_not_follow_up_its_organisations(
    lead: Client, filled: System
) -> None:
    of_two_organisations(filled)
    rows = [f"{REFERENCE}:1", f"{OTHER}:1"]
    assert post(lead, "/events/selected", row=rows, act="assign:colleague-2").status_code == 303
    assert [one.event for one in asked(filled, pb.AssignRequest)] == [OTHER]
    text = Page(get(lead, "/events")).text
    assert f"{REFERENCE} Result Not changed: that colleague is not known to follow up" in text
    assert f"{OTHER} Result Done" in text


def test_who_is_nobody_there_is_given_nothing(lead: Client, filled: System) -> None:
    assert "Not changed: that colleague" in done_to(lead, "assign:somebody-else")
    assert not asked(filled, pb.AssignRequest)


def test_an_organisation_is_asked_once_for_its_colleagues(lead: Client, filled: System) -> None:
    filled.recording.answers["Assign"] = a_follow_up()
    rows = [f"{REFERENCE}:1", f"{OTHER}:1"]
    assert post(lead, "/events/selected", row=rows, act="assign:colleague-1").status_code == 303
    assert len(asked(filled, pb.AssignRequest)) == 2
    requests = [
        one for one in filled.identity.asked if isinstance(one, identity_pb2.ListFollowUpStaffRequest)
    ]
    assert [one.organisation for one in requests] == ["RZ1"]


def test_a_list_of_several_organisations_names_and_offers_the_colleagues_of_each(
    lead: Client, filled: System
) -> None:
    of_two_organisations(filled)
    page = get(lead, "/events")
    text = Page(page).text
    assert "Assigned to Sam Holt" in text
    assert "Assigned to Ida Byrne" in text
    assert "no longer follows up" not in text
    assert {"assign:colleague-1", "assign:colleague-2"} <= set(
        re.findall(r'value="(assign:[^"]+)"', page.text)
    )


def test_acts_on_a_further_page_stay_there(lead: Client, filled: System) -> None:
    page = get(lead, "/events?state=new&after=cursor")
    assert 'name="filter-after" value="cursor"' in page.text
    sent = {"filter-state": "new", "filter-after": "cursor", "row": f"{REFERENCE}:1"}
    again = post(lead, "/events/selected", **sent)
    assert again.status_code == 422
    assert asked(filled, pb.ListWorkRequest)[-1].cursor == "cursor"
    assert re.search(rf'value="{REFERENCE}:1" checked', again.text)
    assert 'name="filter-after" value="cursor"' in again.text
    filled.recording.answers["Handle"] = a_follow_up("on_hold")
    done = post(lead, "/events/selected", act="state:on_hold", **sent)
    assert done.headers["Location"] == "/events?state=new&after=cursor#done"


def test_a_further_page_that_is_empty_by_now_says_so(lead: Client, filled: System) -> None:
    filled.recording.answers["ListWork"] = pb.WorkList()
    page = get(lead, "/events?state=new&after=cursor")
    assert "There are no more events to show" in page.text
    assert "No event matches" not in page.text


def test_without_rows_or_an_act_nothing_is_done_and_what_was_chosen_stays(
    lead: Client, filled: System
) -> None:
    page = post(lead, "/events/selected", row=f"{REFERENCE}:1")
    assert page.status_code == 422
    assert 'href="#act"' in page.text
    assert re.search(rf'value="{REFERENCE}:1" checked', page.text)
    nothing = post(lead, "/events/selected", act="reviewed")
    assert 'href="#rows"' in nothing.text
    assert not asked(filled, pb.HandleRequest)


# ---- one event -----------------------------------------------------------------------------------------------


def test_an_event_stands_beside_how_it_is_followed_up(lead: Client, filled: System) -> None:
    told = a_follow_up(assigned_to="colleague-1")
    told.remarks.extend([a_remark("QUESTION", "Which sink?"), a_remark("ADDENDUM")])
    told.links.add(kind="duplicate_of", link_id="l1", other_reference=OTHER, outgoing=True)
    response = told.responses.add(
        response_id="r1", status="in_progress", target="2020-01-01", question_set=6, overdue_actions=2
    )
    response.events.append(REFERENCE)
    filled.recording.answers["GetFollowUp"] = told
    filled.recording.answers["Suggest"] = pb.Suggestions(
        suggestions=[pb.Suggestion(kind="cqc", advice="Tell them.", section="adverse-event-governance")]
    )
    page = Page(get(lead, HERE))
    for words in (
        "State New", "Assigned to Sam Holt", "Which sink?", "Not answered yet", "Being checked for personal data",
        "Duplicate of", OTHER, "1 January 2020: overdue", "2 actions overdue", "Tell them.", "Under review", "On hold",
    ):  # fmt: skip
        assert words in page.text, words
    assert {"value": "3", "type": "hidden", "name": "version"} in page.all("input")


def test_a_reporter_is_shown_the_way_to_their_record_and_nothing_of_the_handling(filled: System) -> None:
    told = a_follow_up()
    told.standing.CopyFrom(pb.Standing(recorded=True, may_revise=True))
    filled.recording.answers["GetFollowUp"] = told
    page = get(filled.browser(SESSION), HERE)
    assert f"/my-records/{REFERENCE}" in page.text
    assert "Follow-up" not in page.text


def test_who_follows_up_elsewhere_sees_their_own_record_as_a_reporter_does(
    lead: Client, filled: System
) -> None:
    told = a_follow_up()
    told.standing.CopyFrom(pb.Standing(recorded=True, may_revise=True))
    filled.recording.answers["GetFollowUp"] = told
    page = get(lead, HERE)
    assert f"/my-records/{REFERENCE}" in page.text
    assert "Change the state" not in page.text
    assert not asked(filled, pb.SuggestRequest)
    assert post(lead, f"{HERE}/handling", version="3").status_code == 404


def test_a_national_reader_who_also_records_reads_how_it_is_followed_up_and_is_told_nothing_false(
    filled: System,
) -> None:
    national = Grant("", Reach.NATIONAL, frozenset({"recording:read", "access:read"}))
    filled.identity.secrets["analyst"] = Actor(
        "analyst", "person", "RZ1", (national, Grant("RZ1", Reach.OWN, EVERYTHING))
    )
    told = a_follow_up()
    told.standing.Clear()
    filled.recording.answers["GetFollowUp"] = told
    event = with_answers(an_event())
    event.read_only = True
    filled.access.answers["GetEvent"] = event
    page = get(filled.browser("analyst"), HERE)
    assert "You can read this event and not change it." in page.text
    assert "one of your records" not in page.text
    assert Page(page).text.count("Follow-up") == 1
    for way in ("amend", "withdraw", "governance"):
        assert f"{HERE}/{way}" not in page.text


def test_who_recorded_an_event_and_follows_it_up_does_both(lead: Client, filled: System) -> None:
    told = a_follow_up()
    told.standing.recorded = True
    filled.recording.answers["GetFollowUp"] = told
    page = get(lead, HERE)
    assert f"/my-records/{REFERENCE}" in page.text
    assert "Change the state" in page.text


@pytest.mark.parametrize(
    ("reaches", "who"),
    [
        (pb.REACHES_ACCOUNT, "among their records"),
        (pb.REACHES_CODE, "when they come back with their code"),
    ],
    ids=["account", "code"],
)
@pytest.mark.parametrize(
    ("path", "field", "rpc"),
    [("questions", "question", "AskReporter"), ("feedback", "feedback", "GiveFeedback")],
)
def test_who_reads_what_is_written_to_the_reporter_is_said_before_and_after(
    lead: Client, filled: System, reaches: Any, who: str, path: str, field: str, rpc: str
) -> None:
    told = a_follow_up()
    told.reaches = reaches
    filled.recording.answers |= {"GetFollowUp": told, rpc: pb.Remark()}
    assert Page(get(lead, HERE)).text.count(who) == 2
    assert post(lead, f"{HERE}/{path}", **{field: WORDS}).status_code == 303
    assert Page(get(lead, HERE)).text.count(who) == 3


def test_where_nobody_can_be_reached_nothing_is_offered_to_be_said_to_them(
    lead: Client, filled: System
) -> None:
    told = a_follow_up()
    told.reaches = pb.REACHES_NOBODY
    told.remarks.append(a_remark("QUESTION", "Which sink?", remark_id="q1"))
    filled.recording.answers |= {"GetFollowUp": told, "GiveFeedback": pb.Remark()}
    page = get(lead, HERE)
    assert "If a local system sent it, tell them there." in page.text
    assert "Answer for the reporter" in page.text
    for name in ("question", "feedback"):
        assert f'name="{name}"' not in page.text
    assert post(lead, f"{HERE}/feedback", feedback=WORDS).status_code == 303
    assert "It reaches no reporter." in get(lead, HERE).text


def test_a_question_that_nobody_would_read_any_more_is_refused_and_its_words_stay(
    lead: Client, filled: System
) -> None:
    told = a_follow_up()
    told.reaches = pb.REACHES_NOBODY
    filled.recording.answers |= {
        "GetFollowUp": told,
        "AskReporter": conflict("reporter-out-of-reach", "Nobody would read this question."),
    }
    page = post(lead, f"{HERE}/questions", question=WORDS)
    assert page.status_code == 409
    assert 'href="#question"' in page.text
    assert WORDS in page.text


def test_a_question_to_somebody_who_can_be_reached_is_not_offered_to_be_answered_for_them(
    lead: Client, filled: System
) -> None:
    told = a_follow_up()
    told.remarks.append(a_remark("QUESTION", "Which sink?", remark_id="q1"))
    filled.recording.answers["GetFollowUp"] = told
    assert "Answer for the reporter" not in get(lead, HERE).text


@pytest.mark.parametrize(
    ("path", "sent", "rpc", "field"),
    [
        ("handling", {"state": "duplicate", "duplicate_of": OTHER, "version": "3"}, "Handle", "duplicate_of"),
        ("links", {"kind": "same_patient_journey", "other_event": OTHER}, "LinkEvents", "other_event"),
    ],
)
def test_another_event_that_is_not_there_is_said_where_it_was_named(
    lead: Client, filled: System, path: str, sent: dict[str, str], rpc: str, field: str
) -> None:
    fault = Fault(field, "event-not-found", "There is no such event.")
    filled.recording.answers[rpc] = not_found("event-not-found", "There is no such event.", fault)
    page = post(lead, f"{HERE}/{path}", **sent)
    assert page.status_code == 404
    assert f'href="#{field}"' in page.text
    assert f'value="{OTHER}"' in page.text


def test_an_event_that_is_gone_meanwhile_is_said_to_be_gone(lead: Client, filled: System) -> None:
    filled.recording.answers["Handle"] = not_found("deleted", "This event was withdrawn.")
    page = post(lead, f"{HERE}/handling", state="on_hold", version="3")
    assert page.status_code == 410
    assert "This event was withdrawn." in page.text
    assert "error-summary" not in page.text


def test_where_only_the_event_may_be_seen_only_the_event_is_shown(filled: System) -> None:
    filled.recording.answers["GetFollowUp"] = not_found("event-not-found", "None.")
    page = get(filled.browser("board"), HERE)
    assert page.status_code == 200
    assert "Follow-up" not in page.text


def test_while_recording_is_away_the_event_is_shown_all_the_same(lead: Client, filled: System) -> None:
    filled.recording.answers["GetFollowUp"] = unavailable("try-again", "Away.")
    page = get(lead, HERE)
    assert page.status_code == 200
    assert "cannot be shown right now" in page.text
    assert "Patient slid from the chair." in page.text


def test_while_identity_is_away_an_event_can_still_be_taken(lead: Client, filled: System) -> None:
    filled.identity.answers["ListFollowUpStaff"] = unavailable("try-again", "Away.")
    filled.recording.answers["Assign"] = a_follow_up(assigned_to="lead-RZ1")
    assert "Assign to me" in get(lead, HERE).text
    assert post(lead, f"{HERE}/assignment", to="lead-RZ1", version="3").status_code == 303
    assert post(lead, f"{HERE}/assignment", to="colleague-1", version="3").status_code == 422


ACTS: list[tuple[str, dict[str, str], str, Callable[[Any], bool]]] = [
    ("handling", {"state": "under_review", "version": "3"}, "Handle",
     lambda one: (one.state, one.expected_version, one.duplicate_of) == ("under_review", 3, "")),
    ("handling", {"state": "duplicate", "duplicate_of": OTHER, "version": "3"}, "Handle",
     lambda one: (one.state, one.duplicate_of) == ("duplicate", OTHER)),
    ("assignment", {"to": "colleague-1", "version": "3"}, "Assign",
     lambda one: (one.account_id, one.expected_version) == ("colleague-1", 3)),
    ("assignment", {"to": "nobody", "version": "3"}, "Assign", lambda one: one.account_id == ""),
    ("questions", {"question": WORDS}, "AskReporter", lambda one: one.text == WORDS),
    ("feedback", {"feedback": WORDS}, "GiveFeedback", lambda one: one.text == WORDS),
    ("addenda", {"addendum": WORDS}, "AddAddendum", lambda one: one.text == WORDS),
    ("answers/q1", {"text": WORDS}, "AnswerQuestion", lambda one: (one.remark_id, one.text) == ("q1", WORDS)),
    ("links", {"kind": "same_patient_journey", "other_event": OTHER}, "LinkEvents",
     lambda one: (one.kind, one.other_event) == ("same_patient_journey", OTHER)),
    ("links/l1/removal", {}, "UnlinkEvents", lambda one: one.link_id == "l1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "sent", "rpc", "right"), ACTS, ids=[f"{one[0]}-{at}" for at, one in enumerate(ACTS)]
)
def test_an_act_is_asked_of_recording_and_leads_back_without_a_word_of_it(
    lead: Client, filled: System, path: str, sent: dict[str, str], rpc: str, right: Callable[[Any], bool]
) -> None:
    replies = {
        "Handle": a_follow_up(),
        "Assign": a_follow_up(),
        "LinkEvents": pb.Link(),
        "UnlinkEvents": pb.Unlinked(),
    }
    filled.recording.answers[rpc] = replies.get(rpc, pb.Remark())
    done = post(lead, f"{HERE}/{path}", **sent)
    assert done.status_code == 303
    assert done.headers["Location"].startswith(HERE)
    assert "Whitcombe" not in str(done.headers)
    assert right(filled.recording.asked[-1])


@pytest.mark.parametrize(
    ("path", "sent", "rpc", "right"), ACTS[:-1], ids=[f"{one[0]}-{at}" for at, one in enumerate(ACTS[:-1])]
)
def test_what_is_refused_is_said_and_what_was_typed_stays(
    lead: Client, filled: System, path: str, sent: dict[str, str], rpc: str, right: Callable[[Any], bool]
) -> None:
    told = a_follow_up()
    told.remarks.append(a_remark("QUESTION", "Which sink?", remark_id="q1"))
    filled.recording.answers["GetFollowUp"] = told
    filled.recording.answers[rpc] = conflict("version-conflict", "Somebody else has changed this meanwhile.")
    page = post(lead, f"{HERE}/{path}", **sent)
    assert page.status_code == 409
    assert "<title>Error: " in page.text
    assert "Somebody else has changed this meanwhile." in page.text
    for name, typed in sent.items():
        if name not in ("version", "to"):
            assert f'value="{typed}"' in page.text or typed in page.text, name


def test_who_follows_nothing_up_finds_no_acts(filled: System) -> None:
    for path in ("handling", "assignment", "questions", "feedback", "addenda", "links", "answers/q1"):
        assert post(filled.browser(SESSION), f"{HERE}/{path}", version="3").status_code == 404
    assert not asked(filled, pb.HandleRequest)


def test_nothing_chosen_is_said_at_its_field(lead: Client, filled: System) -> None:
    for path, field in (("handling", "state"), ("assignment", "to"), ("links", "kind")):
        page = post(lead, f"{HERE}/{path}", version="3")
        assert page.status_code == 422
        assert f'href="#{field}"' in page.text
    assert (
        not asked(filled, pb.HandleRequest)
        + asked(filled, pb.AssignRequest)
        + asked(filled, pb.LinkEventsRequest)
    )


def test_a_page_that_says_no_version_changes_nothing(lead: Client, filled: System) -> None:
    assert post(lead, f"{HERE}/handling", state="under_review").status_code == 409
    assert not asked(filled, pb.HandleRequest)


def test_a_question_for_the_reporter_is_not_answered_by_others(lead: Client, filled: System) -> None:
    told = a_follow_up()
    told.remarks.append(a_remark("QUESTION", "Which sink?", remark_id="q1"))
    filled.recording.answers["GetFollowUp"] = told
    filled.recording.answers["AnswerQuestion"] = forbidden("not-the-reporter", "This is for the reporter.")
    page = post(lead, f"{HERE}/answers/q1", text=WORDS)
    assert page.status_code == 403
    assert 'href="#answer-q1"' in page.text
    assert WORDS in page.text


# ---- governance, history -------------------------------------------------------------------------------------

BLOCK = "adverse-event-governance.0"


def test_governance_asks_what_the_question_set_asks_and_keeps_the_block_whole(
    lead: Client, filled: System
) -> None:
    page = Page(get(lead, f"{HERE}/governance"))
    assert "Does the duty of candour apply?" in page.text
    assert "Why does the Care Quality Commission" not in page.text
    filled.recording.answers["Govern"] = pb.Submitted(reference=REFERENCE, revision=2)
    sent = {f"{BLOCK}.DutyOfCandour": "true", f"{BLOCK}.NeverEvent": "false", "version": "1"}
    assert post(lead, f"{HERE}/governance", **sent).status_code == 303
    one = one_asked(filled, pb.GovernRequest)
    assert {(each.property, each.boolean) for each in one.answers} == {
        ("DutyOfCandour", True),
        ("NeverEvent", False),
    }
    assert one.expected_revision == 1


def test_an_answer_that_asks_for_more_shows_what_it_asks(lead: Client, filled: System) -> None:
    page = post(lead, f"{HERE}/governance", **{f"{BLOCK}.CqcNotify": "true", "version": "1"})
    assert page.status_code == 422
    assert f'href="#{BLOCK}.CqcCriteria"' in page.text
    assert not asked(filled, pb.GovernRequest)


def governed(revision: int, **answers: bool) -> pb.SafetyEvent:
    event = a_recorded_event(revision)
    for property, answer in answers.items():
        event.facts.answers.add(section="adverse-event-governance", property=property, boolean=answer)
    return event


def of_revisions(*events: pb.SafetyEvent) -> Callable[[pb.GetEventRequest], pb.SafetyEvent]:
    """Recording that has these, the last of them the newest."""
    held = {one.facts.revision: one for one in events}
    return lambda asking: held[asking.revision or max(held)]


def is_checked(page: Any, name: str, value: str) -> bool:
    return bool(re.search(rf'name="{re.escape(name)}" type="radio" value="{value}" checked', page.text))


def test_governance_that_two_change_keeps_what_each_changed_and_says_where_they_differ(
    lead: Client, filled: System
) -> None:
    filled.recording.answers |= {
        "GetEvent": of_revisions(
            governed(1, DutyOfCandour=False, SeriousIncident=False, HsibNotify=False),
            governed(2, DutyOfCandour=True, SeriousIncident=True, HsibNotify=False),
        ),
        "Govern": conflict("version-conflict", "Changed."),
    }
    mine = {
        f"{BLOCK}.DutyOfCandour": "false", f"{BLOCK}.SeriousIncident": "", f"{BLOCK}.HsibNotify": "true", "version": "1",
    }  # fmt: skip
    page = post(lead, f"{HERE}/governance", **mine)
    assert page.status_code == 409
    assert "Somebody else changed this event meanwhile" in page.text
    assert 'name="version" value="2"' in page.text
    assert is_checked(page, f"{BLOCK}.DutyOfCandour", "true"), "what they alone changed"
    assert is_checked(page, f"{BLOCK}.HsibNotify", "true"), "what I alone changed"
    assert not is_checked(page, f"{BLOCK}.SeriousIncident", "true"), "what both changed stays as I left it"
    assert page.text.count("It says now: ") == 2, "in the summary, and beside its field"
    assert re.search(rf'href="#{BLOCK}.SeriousIncident">[^<]* It says now: Yes', page.text)


def test_a_form_that_does_not_say_what_it_showed_undoes_nothing(lead: Client, filled: System) -> None:
    filled.recording.answers["GetEvent"] = governed(2, DutyOfCandour=True, NeverEvent=False)
    page = post(lead, f"{HERE}/governance", **{f"{BLOCK}.DutyOfCandour": "false"})
    assert page.status_code == 409
    assert is_checked(page, f"{BLOCK}.DutyOfCandour", "false")
    assert "It says now: Yes" in page.text
    assert is_checked(page, f"{BLOCK}.NeverEvent", "false")


def test_a_form_that_is_shown_again_keeps_the_revision_that_its_sender_knew(
    lead: Client, filled: System
) -> None:
    filled.recording.answers["GetEvent"] = of_revisions(governed(1), governed(2, NeverEvent=False))
    page = post(lead, f"{HERE}/governance", **{f"{BLOCK}.CqcNotify": "true", "version": "1"})
    assert page.status_code == 422
    assert 'name="version" value="1"' in page.text


def test_who_may_not_govern_this_event_finds_no_such_page_though_they_govern_others(
    lead: Client, filled: System
) -> None:
    elsewhere = a_follow_up()
    elsewhere.standing.may_govern = False
    for told in (elsewhere, not_found("event-not-found", "There is none.")):
        filled.recording.answers["GetFollowUp"] = told
        assert get(lead, f"{HERE}/governance").status_code == 404
        assert post(lead, f"{HERE}/governance", **{f"{BLOCK}.CqcNotify": "true"}).status_code == 404
    assert not asked(filled, pb.GovernRequest)


def test_history_says_word_by_word_what_changed(lead: Client, filled: System) -> None:
    older, newer = a_recorded_event(change=pb.CHANGE_RECORDED), a_recorded_event(2, change=pb.CHANGE_REVISED)
    newer.texts[0].text = "[NAME] helped twice."
    newer.facts.answers[1].code = "n"
    filled.recording.answers["GetHistory"] = pb.History(revisions=[newer, older], total=2)
    page = get(lead, f"{HERE}/history")
    assert re.search(r"<del>.*helped\..*</del>", page.text)
    assert re.search(r"<ins>.*helped twice\..*</ins>", page.text)
    text = Page(page).text
    assert "Before Yes After No" in text
    assert "From" in text
    same = get(lead, f"{HERE}/history?older=2&newer=2")
    assert "They say the same." in same.text


def test_what_was_never_changed_has_no_differences(lead: Client, filled: System) -> None:
    filled.recording.answers["GetHistory"] = pb.History(revisions=[a_recorded_event()], total=1)
    assert "It has not been changed" in get(lead, f"{HERE}/history").text


def history_of(*revisions: pb.SafetyEvent) -> Callable[[pb.GetHistoryRequest], pb.History]:
    """Recording that has these, in pages of fifty, newest first."""

    def told(asking: pb.GetHistoryRequest) -> pb.History:
        older = [
            one for one in reversed(revisions) if not asking.before or one.facts.revision < asking.before
        ]
        return pb.History(revisions=older[: asking.count or 50], total=len(revisions))

    return told


def test_any_two_revisions_are_compared_whichever_page_they_are_on(lead: Client, filled: System) -> None:
    every = [a_recorded_event(number) for number in range(1, 52)]
    every[0].texts[0].text, every[-1].texts[0].text = "It was wet.", "It was icy."
    filled.recording.answers["GetHistory"] = history_of(*every)
    last = get(lead, f"{HERE}/history?before=2").text
    assert "It has not been changed" not in last
    assert "What changed from revision 1 to revision 2" in last
    far = get(lead, f"{HERE}/history?older=1&newer=51").text
    assert "What changed from revision 1 to revision 51" in far
    assert re.search(r"<del>.*wet", far)
    assert re.search(r"<ins>.*icy", far)


@pytest.mark.parametrize("typed", ["52", "0", "first"])
def test_a_revision_that_there_is_none_of_is_said_at_its_field(
    lead: Client, filled: System, typed: str
) -> None:
    filled.recording.answers["GetHistory"] = history_of(a_recorded_event(1), a_recorded_event(2))
    page = get(lead, f"{HERE}/history?older={typed}&newer=2")
    assert page.status_code == 422
    assert 'href="#older"' in page.text
    assert "from 1 to 2" in page.text
    assert "They say the same." not in page.text


def test_history_says_of_which_patient_and_counts_them_once(lead: Client, filled: System) -> None:
    older, newer = a_recorded_event(1), a_recorded_event(2)
    for event, harms in ((older, ["4"]), (newer, ["3", "4"])):
        event.facts.patients_known = "yes"
        for entry, harm in enumerate(harms):
            where = {"section": "patient-information", "entry": entry}
            event.facts.answers.add(**where, property="PatientSequence", integer=entry + 1)
            event.facts.answers.add(**where, property="PhysicalHarm", code=harm)
    filled.recording.answers["GetHistory"] = history_of(older, newer)
    text = Page(get(lead, f"{HERE}/history")).text
    assert text.count("How many patients were affected?") == 1
    assert "How many patients were affected? Before 1 After 2" in text
    assert "Patient 1: How much physical harm came to this patient? Before Low" in text
    assert "Patient 2: How much physical harm came to this patient? Before Not answered After Low" in text


def test_history_says_of_which_medicine_or_device(lead: Client, filled: System) -> None:
    older = with_devices(1, {"DeviceModel": "A pump"}, {"DeviceModel": "A hoist"})
    newer = with_devices(2, {"DeviceModel": "A pump"}, {"DeviceModel": "Another hoist"})
    filled.recording.answers["GetHistory"] = history_of(older, newer)
    text = Page(get(lead, f"{HERE}/history")).text
    assert "Device 2: Which model is the device?" in text
    assert "Device 1" not in text


def test_what_is_of_one_alone_has_no_number(lead: Client, filled: System) -> None:
    older, newer = (with_devices(at, {"DeviceModel": words}) for at, words in ((1, "A pump"), (2, "A hoist")))
    filled.recording.answers["GetHistory"] = history_of(older, newer)
    page = get(lead, f"{HERE}/history")
    assert "Which model is the device?" in page.text
    assert "Device 1" not in page.text


def test_words_are_compared_with_their_blanks_and_long_texts_shown_whole(
    lead: Client, filled: System
) -> None:
    old, new = "One two  three. Four", "Five six  seven. Eight"
    assert [one.kind for one in word_by_word(old, new)] == ["removed", "added"], (
        "blanks alone are nothing shared"
    )
    pieces = [(one.kind, one.text) for one in word_by_word("A wet floor", "An icy floor")]
    assert pieces == [("removed", "A wet "), ("added", "An icy "), ("same", "floor")]
    older, newer = a_recorded_event(1), a_recorded_event(2)
    long = " ".join(["word"] * 600)
    older.texts[0].text, newer.texts[0].text = long, f"{long} more"
    filled.recording.answers["GetHistory"] = history_of(older, newer)
    page = get(lead, f"{HERE}/history")
    assert f'<p class="answer">{long} more</p>' in page.text
    assert "<ins>" not in page.text


# ---- safety responses ----------------------------------------------------------------------------------------

RESPONSE, ACTION = "adverse-event-safety-response.0", "adverse-event-safety-action.0"


def a_response(**more: Any) -> pb.SafetyResponse:
    told: dict[str, Any] = {
        "response_id": "r1", "version": 2, "organisation": "RZ1", "question_set": 6, "status": "in_progress",
        "response_type": "psii", "target": "2020-01-01",
    } | more  # fmt: skip
    made = pb.SafetyResponse(events=[REFERENCE], **told)
    for property, code in (("ResponseRequired", "emergent_issue"), ("ResponseType", "psii")):
        made.answers.add(section="adverse-event-safety-response", property=property, code=code)
    made.answers.add(section="adverse-event-safety-action", property="ActionStatus", code="planned")
    made.texts.add(field="adverse-event-safety-action/0/Action", text="Mend the drain", checked=True)
    made.texts.add(field="adverse-event-safety-response/0/TermsOfReference")
    return made


def test_responses_are_listed_with_what_is_overdue_in_words(lead: Client, filled: System) -> None:
    filled.recording.answers["ListSafetyResponses"] = pb.SafetyResponses(
        responses=[a_response()], next="more"
    )
    page = Page(get(lead, "/safety-responses?status=in_progress"))
    assert "Patient safety incident investigation" in page.text
    assert "Overdue" in page.text
    assert one_asked(filled, pb.ListSafetyResponsesRequest).status == "in_progress"


@pytest.mark.parametrize(
    ("address", "due"),
    [
        ("overdue", pb.RESPONSES_DUE_OVERDUE), ("soon", pb.RESPONSES_DUE_SOON), ("actions", pb.RESPONSES_DUE_ACTIONS),
        ("else", pb.RESPONSES_DUE_UNSPECIFIED),
    ],
)  # fmt: skip
def test_responses_are_listed_by_what_is_due_page_by_page(
    lead: Client, filled: System, address: str, due: pb.ResponsesDue
) -> None:
    filled.recording.answers["ListSafetyResponses"] = pb.SafetyResponses(
        responses=[a_response()], next="more"
    )
    page = get(lead, f"/safety-responses?due={address}")
    assert one_asked(filled, pb.ListSafetyResponsesRequest).due == due
    assert ("due=" + (address if due else "") + "&amp;after=more") in page.text


def test_a_response_is_begun_about_the_event_one_came_from(lead: Client, filled: System) -> None:
    page = get(lead, f"/safety-responses/new?event={REFERENCE}")
    assert f">{REFERENCE}</textarea>" in page.text
    assert "What is to be done?" in page.text
    filled.recording.answers["SaveSafetyResponse"] = a_response()
    sent = {
        "events": f"{REFERENCE}, {OTHER}",
        f"{RESPONSE}.ResponseType": "psii",
        "adverse-event-safety-action.0": "shown",
        f"{ACTION}.Action": "Mend the drain",
        f"{ACTION}.DueDate.day": "1", f"{ACTION}.DueDate.month": "2", f"{ACTION}.DueDate.year": "2027",
    }  # fmt: skip
    done = post(lead, "/safety-responses/new", **sent)
    assert (done.status_code, done.headers["Location"]) == (303, "/safety-responses/r1")
    one = one_asked(filled, pb.SaveSafetyResponseRequest)
    assert list(one.events) == [REFERENCE, OTHER]
    assert {(each.property, each.text) for each in one.answers} >= {
        ("ResponseType", "psii"),
        ("Action", "Mend the drain"),
        ("DueDate", "2027-02-01"),
    }


def test_a_text_that_is_being_checked_stays_as_it_is(lead: Client, filled: System) -> None:
    filled.recording.answers |= {"GetSafetyResponse": a_response(), "SaveSafetyResponse": a_response()}
    assert "is being checked for personal data" in get(lead, "/safety-responses/r1").text
    sent = {
        "version": "2", "events": REFERENCE, f"{RESPONSE}.ResponseType": "psii", "adverse-event-safety-action.0": "shown",
        f"{ACTION}.Action": "Mend the drain",
    }  # fmt: skip
    assert post(lead, "/safety-responses/r1", **sent).status_code == 303
    one = one_asked(filled, pb.SaveSafetyResponseRequest)
    assert (one.response_id, one.expected_version) == ("r1", 2)
    assert [each.property for each in one.answers if each.as_it_is] == ["TermsOfReference"]


def with_actions(version: int, *actions: tuple[str, str], **more: Any) -> pb.SafetyResponse:
    """A response with these actions: what is to be done, and how far it is."""
    made = a_response(version=version, **more)
    del made.texts[:]
    del made.answers[2:]
    for entry, (words, status) in enumerate(actions):
        where = {"section": "adverse-event-safety-action", "entry": entry}
        made.answers.add(**where, property="ResponseSequence", integer=1)
        made.answers.add(**where, property="ActionStatus", code=status)
        made.texts.add(field=f"adverse-event-safety-action/{entry}/Action", text=words, checked=True)
    return made


def of_versions(*versions: pb.SafetyResponse) -> Callable[[pb.GetSafetyResponseRequest], pb.SafetyResponse]:
    held = {one.version: one for one in versions}
    return lambda asking: held[asking.version or max(held)]


def as_shown(told: pb.SafetyResponse, *actions: tuple[str, str]) -> dict[str, str]:
    """What the form sends, with these actions in it."""
    sent = {"version": str(told.version), "events": " ".join(told.events)}
    sent |= {f"{RESPONSE}.ResponseRequired": "emergent_issue", f"{RESPONSE}.ResponseType": "psii"}
    for entry, (words, status) in enumerate(actions):
        name = f"adverse-event-safety-action.{entry}"
        sent |= {name: "shown", f"{name}.Action": words, f"{name}.ActionStatus": status}
    return sent


def actions_on(page: Any) -> list[tuple[str, str]]:
    """The actions that stand in the form, as they would be sent."""
    names = re.findall(r'type="hidden" name="(adverse-event-safety-action\.\d+)" value="shown"', page.text)
    found = []
    for name in names:
        words = re.search(rf'<(?:textarea|input)[^>]*name="{re.escape(name)}\.Action"[^>]*?(?:value="([^"]*)"|>([^<]*)</textarea>)',
                          page.text)  # fmt: skip
        status = [
            one for one in ("planned", "in_progress", "done") if is_checked(page, f"{name}.ActionStatus", one)
        ]
        typed = (words[1] or words[2] or "") if words else ""
        found.append((typed, status[0] if status else ""))
    return [one for one in found if any(one)]


DRAIN, BOARD, SIGN = ("Mend the drain", "planned"), ("A board", "planned"), ("A sign", "in_progress")


def change_at_once(
    lead: Client, filled: System, base: list[Any], theirs: list[Any], mine: list[Any], **more: Any
) -> Any:
    """The page after somebody else saved `theirs` while I changed `base` to `mine`."""
    first, second = with_actions(2, *base), with_actions(3, *theirs, **more)
    filled.recording.answers |= {
        "GetSafetyResponse": of_versions(first, second),
        "SaveSafetyResponse": conflict("version-conflict", "Changed."),
    }
    page = post(lead, "/safety-responses/r1", **as_shown(first, *mine))
    assert page.status_code == 409
    assert "Somebody else changed this response meanwhile" in page.text
    assert 'name="version" value="3"' in page.text
    return page


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "expected"),
    [
        ([DRAIN], [DRAIN, BOARD], [DRAIN], [DRAIN, BOARD]),
        ([DRAIN], [DRAIN, BOARD], [DRAIN, SIGN], [DRAIN, BOARD, SIGN]),
        ([DRAIN], [DRAIN, BOARD], [("", "")], [BOARD]),
        ([DRAIN, BOARD], [BOARD], [DRAIN, ("A board", "done")], [("A board", "done")]),
        ([DRAIN, BOARD], [BOARD], [DRAIN, BOARD, SIGN], [BOARD, SIGN]),
        ([DRAIN, BOARD], [("Mend the drain", "done"), BOARD], [DRAIN, ("A big board", "planned")],
         [("Mend the drain", "done"), ("A big board", "planned")]),
    ],
    ids=["theirs-is-new", "both-added", "i-took-one-out", "another-moved-up", "they-took-one-out", "each-changed-one"],
)  # fmt: skip
def test_two_who_change_a_response_at_once_undo_nothing_of_each_other(
    lead: Client, filled: System, base: list[Any], theirs: list[Any], mine: list[Any], expected: list[Any]
) -> None:
    page = change_at_once(lead, filled, base, theirs, mine)
    assert actions_on(page) == expected
    assert "It says now" not in page.text, "nothing was changed by both"


def test_an_action_that_two_change_says_what_it_says_now(lead: Client, filled: System) -> None:
    page = change_at_once(
        lead, filled, [DRAIN], [("Mend the drain", "in_progress")], [("Mend the drain", "done")]
    )
    assert actions_on(page) == [("Mend the drain", "done")]
    assert "How far is the action? It says now: In progress" in page.text


def test_an_action_that_somebody_took_out_while_i_changed_it_is_kept_whole(
    lead: Client, filled: System
) -> None:
    page = change_at_once(lead, filled, [DRAIN, BOARD], [BOARD], [("Mend the drain", "done"), BOARD])
    assert actions_on(page) == [BOARD, ("Mend the drain", "done")]
    assert "It says now: Not answered" in page.text


def test_events_that_two_change_are_those_of_both(lead: Client, filled: System) -> None:
    first, second = with_actions(2), with_actions(3)
    second.events[:] = [OTHER]
    filled.recording.answers |= {
        "GetSafetyResponse": of_versions(first, second),
        "SaveSafetyResponse": conflict("version-conflict", "Changed."),
    }
    page = post(
        lead, "/safety-responses/r1", **as_shown(first) | {"events": f"{REFERENCE} PSE-26-BBBBBBBB-B"}
    )
    assert f">{OTHER} PSE-26-BBBBBBBB-B</textarea>" in page.text


def test_a_text_that_could_be_read_only_since_the_form_was_shown_is_not_emptied(
    lead: Client, filled: System
) -> None:
    told, terms = a_response(), f"{RESPONSE}.TermsOfReference"
    told.texts[1].text, told.texts[1].checked = "[NAME] ask why", True
    filled.recording.answers |= {"GetSafetyResponse": told, "SaveSafetyResponse": a_response()}
    sent = as_shown(told, DRAIN) | {"unseen": terms}
    wrong = post(lead, "/safety-responses/r1", **sent, **{f"{ACTION}.DueDate.day": "40"})
    assert wrong.status_code == 422
    assert f'name="unseen" value="{terms}"' in wrong.text
    assert post(lead, "/safety-responses/r1", **sent).status_code == 303
    one = one_asked(filled, pb.SaveSafetyResponseRequest)
    assert [each.text for each in one.answers if each.property == "TermsOfReference"] == ["[NAME] ask why"]


def test_an_action_whose_text_is_left_unread_keeps_its_place(lead: Client, filled: System) -> None:
    told = with_actions(2, DRAIN, BOARD)
    told.texts[1].text, told.texts[1].checked = "", False
    filled.recording.answers |= {"GetSafetyResponse": told, "SaveSafetyResponse": told}
    sent = as_shown(told, ("", ""), ("", "done"))
    assert post(lead, "/safety-responses/r1", **sent).status_code == 303
    one = one_asked(filled, pb.SaveSafetyResponseRequest)
    actions = [each for each in one.answers if each.section == "adverse-event-safety-action"]
    assert {(each.entry, each.property) for each in actions} == {(1, "ActionStatus"), (1, "Action")}


def test_an_event_that_is_not_there_is_said_at_its_field(lead: Client, filled: System) -> None:
    filled.recording.answers["SaveSafetyResponse"] = not_found("event-not-found", "There is no such event.")
    page = post(lead, "/safety-responses/new", events=OTHER, **{f"{RESPONSE}.ResponseType": "psii"})
    assert page.status_code == 404
    assert 'href="#events"' in page.text
    assert OTHER in page.text


def test_who_only_reads_a_response_sees_words_and_no_form(filled: System) -> None:
    filled.recording.answers["GetSafetyResponse"] = a_response()
    page = get(filled.browser("board"), "/safety-responses/r1")
    assert "Mend the drain" in page.text
    assert "<textarea" not in page.text
    assert get(filled.browser("board"), "/safety-responses/new").status_code == 404


# ---- amending ------------------------------------------------------------------------------------------------

WHAT = "adverse-event-core.0.Description"


def test_every_answer_can_be_changed_by_itself(lead: Client) -> None:
    page = get(lead, f"{HERE}/amend")
    assert "[NAME] helped." in page.text
    assert f'href="{HERE}/amend/what-happened"' in page.text
    form = get(lead, f"{HERE}/amend/what-happened")
    assert "[NAME] helped.</textarea>" in form.text
    assert 'name="version" value="1"' in form.text


def test_a_change_is_a_revision_with_every_other_answer_as_it_stands(lead: Client, filled: System) -> None:
    filled.recording.answers["Revise"] = pb.Submitted(reference=REFERENCE, revision=2)
    event = a_recorded_event()
    event.facts.answers.add(section="adverse-event-governance", property="NeverEvent", boolean=True)
    event.texts[1].checked = False
    filled.recording.answers["GetEvent"] = event
    done = post(lead, f"{HERE}/amend/what-happened", **{WHAT: "They helped.", "version": "1"})
    assert (done.status_code, done.headers["Location"]) == (303, f"{HERE}/amend")
    one = one_asked(filled, pb.ReviseRequest)
    assert (one.event, one.expected_revision, one.submission.organisation) == (REFERENCE, 1, "RZ1")
    told = {each.property: each.text or each.code or each.as_it_is for each in one.submission.answers}
    assert told == {
        "Type": "4",
        "LocationKnown": "y",
        "Description": "They helped.",
        "HowFutureOccurrence": True,
    }


def test_a_text_that_was_left_is_sent_back_to_the_letter(lead: Client, filled: System) -> None:
    event = a_recorded_event()
    event.texts[0].text = " [NAME] helped.\r\nTwice. "
    filled.recording.answers |= {"GetEvent": event, "Revise": pb.Submitted(reference=REFERENCE, revision=2)}
    post(lead, f"{HERE}/amend/what-happened", **{WHAT: "[NAME] helped.\r\nTwice.", "version": "1"})
    told = {one.property: one.text for one in one_asked(filled, pb.ReviseRequest).submission.answers}
    assert told["Description"] == " [NAME] helped.\r\nTwice. "


def test_a_text_of_an_event_that_could_be_read_only_since_is_not_emptied(
    lead: Client, filled: System
) -> None:
    filled.recording.answers["Revise"] = pb.Submitted(reference=REFERENCE, revision=2)
    sent = {WHAT: "", "unseen": WHAT, "version": "1"}
    assert post(lead, f"{HERE}/amend/what-happened", **sent).status_code == 303
    told = {each.property: each.text for each in one_asked(filled, pb.ReviseRequest).submission.answers}
    assert told["Description"] == "[NAME] helped."


def test_somebody_else_changed_it_and_what_both_wrote_stands_on_the_page(
    lead: Client, filled: System
) -> None:
    newer = a_recorded_event(3)
    newer.texts[0].text = "[NAME] was kind."
    filled.recording.answers["GetEvent"] = of_revisions(a_recorded_event(1), newer)
    filled.recording.answers["Revise"] = conflict("version-conflict", "Changed.")
    page = post(lead, f"{HERE}/amend/what-happened", **{WHAT: "They helped.", "version": "1"})
    assert page.status_code == 409
    assert "Somebody else changed this event meanwhile" in page.text
    assert "They helped.</textarea>" in page.text
    assert "It says now: [NAME] was kind." in page.text
    assert 'name="version" value="3"' in page.text


def test_what_somebody_else_wrote_is_not_undone_by_who_left_it_alone(lead: Client, filled: System) -> None:
    newer = a_recorded_event(3)
    newer.texts[0].text = "[NAME] was kind."
    filled.recording.answers["GetEvent"] = of_revisions(a_recorded_event(1), newer)
    filled.recording.answers["Revise"] = conflict("version-conflict", "Changed.")
    page = post(lead, f"{HERE}/amend/what-happened", **{WHAT: "[NAME]  helped. ", "version": "1"})
    assert "[NAME] was kind.</textarea>" in page.text
    assert "It says now" not in page.text


def test_two_who_tell_of_another_device_at_once_mix_nothing_of_them(lead: Client, filled: System) -> None:
    pump = {"DeviceModel": "A pump"}
    theirs = {"DeviceModel": "A scanner", "DeviceLot": "L7"}
    filled.recording.answers |= {
        "GetEvent": of_revisions(with_devices(1, pump), with_devices(2, pump, theirs)),
        "Revise": conflict("version-conflict", "Changed."),
    }
    page = post(lead, f"{HERE}/amend/device-2", **{f"{DEVICE}.1.DeviceModel": "A hoist", "version": "1"})
    assert page.status_code == 409
    assert re.search(rf'name="{DEVICE}.1.DeviceModel"[^>]*value="A hoist"', page.text)
    assert not re.search(rf'name="{DEVICE}.1.DeviceLot"[^>]*value="[^"]', page.text)
    assert "It says now: A scanner" in page.text
    assert "It says now: L7" in page.text


def test_how_many_patients_there_were_is_changed_by_two(lead: Client, filled: System) -> None:
    def with_patients(revision: int, number: int) -> pb.SafetyEvent:
        event = with_devices(revision)
        event.facts.patients_known = "yes"
        for entry in range(number):
            where = {"section": "patient-information", "entry": entry}
            event.facts.answers.add(**where, property="PatientSequence", integer=entry + 1)
        return event

    filled.recording.answers |= {
        "GetEvent": of_revisions(with_patients(1, 1), with_patients(2, 3)),
        "Revise": conflict("version-conflict", "Changed."),
    }
    name = "patient-information.0.PatientSequence"
    page = post(lead, f"{HERE}/amend/patients", **{name: "2", "version": "1"})
    assert page.status_code == 409
    assert "It says now: 3" in page.text
    assert re.search(rf'name="{name}"[^>]*value="2"', page.text)


def test_what_a_change_asks_for_besides_comes_onto_its_page(lead: Client, filled: System) -> None:
    fault = Fault("adverse-event-went-well/0/HowFutureOccurrence", "required-missing", "Say how.")
    filled.recording.answers["Revise"] = invalid("answers-not-accepted", "Not.", fault)
    page = post(lead, f"{HERE}/amend/what-happened", **{WHAT: "They helped.", "version": "1"})
    assert page.status_code == 422
    other = "adverse-event-went-well.0.HowFutureOccurrence"
    assert f'href="#{other}"' in page.text
    assert "Say how." in page.text
    assert f'name="also" value="{other}"' in page.text
    filled.recording.answers["Revise"] = pb.Submitted(reference=REFERENCE, revision=2)
    sent = {WHAT: "They helped.", "also": other, other: "Like this.", "version": "1"}
    assert post(lead, f"{HERE}/amend/what-happened", **sent).status_code == 303
    told = {one.property: one.text for one in asked(filled, pb.ReviseRequest)[-1].submission.answers}
    assert told["HowFutureOccurrence"] == "Like this."


def test_a_change_leads_to_the_page_that_comes_because_of_it(lead: Client, filled: System) -> None:
    filled.recording.answers["Revise"] = pb.Submitted(reference=REFERENCE, revision=2)
    changed = post(lead, f"{HERE}/amend/where", **{"location-details.0.LocationKnown": "n", "version": "1"})
    assert (changed.status_code, changed.headers["Location"]) == (303, f"{HERE}/amend/organisation")
    assert "this is asked too" in get(lead, f"{HERE}/amend").text


def test_what_must_be_answered_cannot_be_emptied(lead: Client, filled: System) -> None:
    page = post(lead, f"{HERE}/amend/what-happened", **{WHAT: " ", "version": "1"})
    assert page.status_code == 422
    assert not asked(filled, pb.ReviseRequest)


def test_an_event_is_amended_on_the_form_that_it_follows(lead: Client, filled: System) -> None:
    old = a_recorded_event()
    old.facts.question_set = 5
    old.texts[0].field = "native/0/Description"
    filled.recording.answers |= question_sets(5) | {
        "GetEvent": old,
        "Revise": pb.Submitted(reference=REFERENCE, revision=2),
    }
    assert f'href="{HERE}/amend/what-happened"' in get(lead, f"{HERE}/amend").text
    words = "native.0.Description"
    assert "[NAME] helped.</textarea>" in get(lead, f"{HERE}/amend/what-happened").text
    done = post(lead, f"{HERE}/amend/what-happened", **{words: "They helped.", "version": "1"})
    assert done.status_code == 303
    submission = one_asked(filled, pb.ReviseRequest).submission
    assert submission.question_set == 5
    told = {(each.section, each.property): each.text for each in submission.answers}
    assert told["native", "Description"] == "They helped."


def test_an_event_of_a_form_that_is_gone_says_what_to_do_instead(lead: Client, filled: System) -> None:
    old = a_recorded_event()
    old.facts.question_set = 5
    filled.recording.answers["GetEvent"] = old
    assert "no longer in use" in get(lead, f"{HERE}/amend").text
    assert get(lead, f"{HERE}/amend/what-happened").status_code == 404
    assert get(lead, f"{HERE}/withdraw").status_code == 200


def test_withdrawing_takes_a_reason_and_the_revision_that_was_seen(lead: Client, filled: System) -> None:
    page = post(lead, f"{HERE}/withdraw", version="1")
    assert page.status_code == 422
    assert 'href="#reason"' in page.text
    filled.recording.answers["Withdraw"] = conflict("version-conflict", "Changed.")
    assert post(lead, f"{HERE}/withdraw", version="1", reason="duplicate").status_code == 409
    filled.recording.answers["Withdraw"] = pb.Submitted(reference=REFERENCE)
    done = post(lead, f"{HERE}/withdraw", version="1", reason="duplicate")
    assert (done.status_code, done.headers["Location"]) == (303, "/my-records")
    one = asked(filled, pb.WithdrawRequest)[-1]
    assert (one.reason, one.expected_revision) == ("duplicate", 1)


def test_a_risk_is_made_an_incident_and_its_answers_are_looked_at(lead: Client, filled: System) -> None:
    event = a_recorded_event()
    event.facts.event_type = "risk"
    filled.recording.answers |= {"GetEvent": event, "Retype": pb.Submitted(reference=REFERENCE, revision=2)}
    assert f"{HERE}/retype" in get(lead, f"{HERE}/amend").text
    assert "It cannot be made a risk" in get(lead, f"{HERE}/retype").text
    assert post(lead, f"{HERE}/retype").status_code == 409
    assert post(lead, f"{HERE}/retype", version="1").headers["Location"] == f"{HERE}/amend"


@pytest.mark.parametrize(
    "path",
    [
        "/events",
        "/events/list.csv",
        HERE,
        f"{HERE}/amend",
        f"{HERE}/history",
        "/safety-responses",
        "/my-records",
    ],
)
def test_nobody_comes_in_without_signing_in(system: System, path: str) -> None:
    assert "/sign-in" in get(system.browser(), path).headers["Location"]
