"""Whoever reports without an account: nobody learns who they are, and they alone come back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Kind, Problem
from protos.recording.v1 import recording_pb2 as pb
from services.recording import use_cases
from services.recording.domain import without_account as rules
from services.recording.domain.answers import Answer
from services.recording.domain.following_up import FollowUp
from services.recording.domain.reference_numbers import check_symbol
from services.recording.domain.without_account import Holder, Report, Reporter
from services.recording.messages.without_account import view
from services.recording.use_cases import keep_redacted_text
from tests.builders.recording import System
from tests.builders.safety_events import an_answer

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
WORDS = "My mother fell in the night because nobody answered the bell."
STAFF = Actor(
    "account-of-a-lead",
    "person",
    "RZ1",
    (
        Grant(
            "RZ1",
            Reach.ORGANISATION,
            frozenset(
                {
                    "recording:read",
                    "recording:revise",
                    "recording:handle",
                    "recording:submit",
                    "recording:anonymise",
                }
            ),
        ),
    ),
)


def told(words: str = WORDS, *more: Answer) -> list[Answer]:
    return [an_answer("adverse-event-core/Description", words), *more]


def a_report(
    answers: Sequence[Answer] | None = None,
    reporter: Reporter = Reporter.PUBLIC,
    organisation: str = "RZ1",
    key: str | None = None,
    first_stands: bool = False,
) -> Report:
    said = answers if answers is not None else told()
    return Report(reporter, 6, said, organisation, key=key or uuid.uuid4().hex, first_stands=first_stands)


def made(system: System, sent: Report | None = None, now: datetime = NOW) -> tuple[Any, Holder]:
    receipt, code = use_cases.report(system.db, system.tools, sent or a_report(), now)
    return receipt, Holder(receipt.reference, code)


def looked(system: System, held: Holder, now: datetime = NOW) -> rules.View:
    return use_cases.look(system.db, system.tools, held, now)


def refused(system: System, held: Holder, now: datetime = NOW) -> Problem:
    with pytest.raises(Problem) as problem:
        looked(system, held, now)
    return problem.value


def shown(system: System, receipt: Any) -> FollowUp:
    """To those who follow it up."""
    return use_cases.follow_up(system.db, system.tools, STAFF, receipt.reference)


def another_code(held: Holder) -> Holder:
    return Holder(held.reference, rules.new_code(7))


# ---- reporting ---------------------------------------------------------------------------------------------


def test_a_family_needs_to_say_no_more_than_what_happened_and_where(system: System) -> None:
    receipt, held = made(system)
    seen = looked(system, held)
    assert (seen.event.reference, seen.event.organisation, seen.event.event_type) == (
        receipt.reference,
        "RZ1",
        "incident",
    )
    assert seen.event.summary["occurred_organisations"] == ["RZ1"]
    assert receipt.warnings == ()


def test_the_record_says_that_it_came_without_an_account_and_from_whom(system: System) -> None:
    _, family = made(system, a_report(told(WORDS, an_answer("practitioner-details/ReporterType", "2"))))
    _, staff = made(system, a_report(told(WORDS, an_answer("native/Type", "1")), Reporter.ANONYMOUS_STAFF))
    for held, kind in ((family, "2"), (staff, "3")):
        facts = looked(system, held).event.facts
        assert facts["practitioner-details"][0]["ReporterType"] == kind
        assert facts["adverse-event-reference-metadata"][0] == {
            "DataSharingOptOut": False,
            "IsAnonymous": True,
            "FromOnlineForms": True,
        }


def test_staff_may_say_why_they_give_no_name(system: System) -> None:
    reasons = [an_answer("practitioner-details/WhyAnonymous", one) for one in ("4", "7")]
    _, held = made(
        system, a_report(told(WORDS, an_answer("native/Type", "1"), *reasons), Reporter.ANONYMOUS_STAFF)
    )
    assert looked(system, held).event.facts["practitioner-details"][0]["WhyAnonymous"] == ["4", "7"]


def test_no_row_knows_who_reported(system: System) -> None:
    """Who reads the database finds the record's own nobody, wherever somebody would stand."""
    receipt, held = made(system)
    use_cases.add_by_code(system.db, system.tools, held, "One thing more.", NOW)
    nobody = f"anonymous:{receipt.event_id}"
    assert system.rows("select recorder_id from events")[0].recorder_id == nobody
    assert system.rows("select recorder_id from revisions")[0].recorder_id == nobody
    assert {row.actor for row in system.rows("select actor from audit")} == {nobody}
    assert {row.client for row in system.rows("select client from requests")} == {"anonymous"}
    told_to_others = system.told()
    assert told_to_others[0].facts.recorder_id == nobody
    assert told_to_others[0].contact_sealed == b""


def test_no_row_holds_the_code(system: System) -> None:
    _, held = made(system)
    letters = held.code.replace("-", "")
    for table in ("follow_up_codes", "requests", "audit", "outbox", "events", "revisions"):
        ((kept,),) = system.rows(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
        for secret in (held.code, letters):
            assert secret not in kept
            assert secret.encode().hex() not in kept


@pytest.mark.parametrize("reporter", list(Reporter))
def test_a_contact_is_not_taken_and_nothing_is_lost_by_saying_so(system: System, reporter: Reporter) -> None:
    contact = an_answer("practitioner-details/ReporterContact", "family@example.org")
    with pytest.raises(Problem) as problem:
        made(system, a_report(told(WORDS, contact), reporter))
    assert problem.value.kind is Kind.INVALID
    assert [(one.path, one.code) for one in problem.value.faults] == [(contact.path, "not-asked")]
    assert system.rows("select 1 from events") == []


@pytest.mark.parametrize(("reporter", "kind"), [(Reporter.PUBLIC, "3"), (Reporter.ANONYMOUS_STAFF, "1")])
def test_nobody_is_two_reporters_at_once(system: System, reporter: Reporter, kind: str) -> None:
    with pytest.raises(Problem) as problem:
        made(system, a_report(told(WORDS, an_answer("practitioner-details/ReporterType", kind)), reporter))
    assert [one.code for one in problem.value.faults] == ["condition-violated"]


@pytest.mark.parametrize("organisation", ["", "ZZZ99", "rz1", "x" * 300])
def test_it_happened_in_an_organisation_on_the_list(system: System, organisation: str) -> None:
    with pytest.raises(Problem) as problem:
        made(system, a_report(organisation=organisation))
    assert [(one.path, one.code) for one in problem.value.faults] == [
        ("organisation", "unknown-organisation")
    ]


def test_the_national_rules_refuse_and_ours_do_not(system: System) -> None:
    with pytest.raises(Problem) as problem:
        made(system, a_report([an_answer("native/Type", "9")]))
    assert {one.code for one in problem.value.faults} == {"code-not-in-value-set", "required-missing"}
    made(system, a_report(told(WORDS, an_answer("native/Type", "3"))))  # without an outcome, which ours want


@pytest.mark.parametrize("version", [4, 5, 6])
@pytest.mark.parametrize("reporter", list(Reporter))
def test_every_version_of_the_question_set_can_be_answered_without_an_account(
    system: System, version: int, reporter: Reporter
) -> None:
    description = "native/Description" if version < 6 else "adverse-event-core/Description"
    answers = [an_answer(description, WORDS), an_answer("native/Type", "1")]
    sent = Report(reporter, version, answers, "RZ1", key=uuid.uuid4().hex)
    assert looked(system, made(system, sent)[1]).event.question_set == version


def test_every_type_of_event_can_be_reported_with_words_alone(system: System) -> None:
    for code, name in use_cases.question_set(6).event_types.items():
        _, held = made(system, a_report(told(WORDS, an_answer("native/Type", code))))
        assert looked(system, held).event.event_type == name


def test_a_wish_not_to_share_is_kept(system: System) -> None:
    wish = an_answer("adverse-event-reference-metadata/DataSharingOptOut", True)
    _, held = made(system, a_report(told(WORDS, wish)))
    assert looked(system, held).event.data_sharing_opt_out


def test_where_it_happened_may_be_said_more_exactly(system: System) -> None:
    _, held = made(system, a_report(told(WORDS, an_answer("location-details/Organisation", "RZ102"))))
    seen = looked(system, held).event
    assert (seen.organisation, seen.summary["occurred_organisations"]) == ("RZ1", ["RZ102"])


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001])
def test_words_that_say_nothing_or_too_much_are_refused(system: System, text: str) -> None:
    _, held = made(system)
    with pytest.raises(Problem) as problem:
        use_cases.add_by_code(system.db, system.tools, held, text, NOW)
    assert problem.value.kind is Kind.INVALID


@pytest.mark.parametrize(
    "typed",
    ["", "-", "O" * 25, "ß" * 12, "\N{FULLWIDTH DIGIT ONE}" * 25, "0" * 10_000, "' or 1=1 --", "00000-" * 5],
)
def test_whatever_is_typed_as_a_code_opens_nothing(system: System, typed: str) -> None:
    _, held = made(system)
    assert refused(system, Holder(held.reference, typed)).code in ("request-not-accepted", "report-not-found")


def test_what_safety_staff_say_is_not_said_by_strangers(system: System) -> None:
    governed = an_answer("adverse-event-governance/NeverEvent", True)
    with pytest.raises(Problem, match="not-permitted"):
        made(system, a_report(told(WORDS, governed)))


# ---- the same request again --------------------------------------------------------------------------------


def test_a_request_whose_answer_was_lost_gives_the_same_code_again(system: System) -> None:
    sent = a_report()
    first, held = made(system, sent)
    again, same = made(system, sent, NOW + timedelta(hours=23))
    assert (again.reference, again.repeated, same) == (first.reference, True, held)
    assert len(system.rows("select 1 from events")) == 1
    looked(system, same)


def test_a_request_made_many_times_at_once_is_one_record_with_one_code(system: System) -> None:
    sent = a_report()
    with ThreadPoolExecutor(6) as pool:
        codes = set(pool.map(lambda _: made(system, sent)[1], range(12)))
    assert len(codes) == 1
    assert len(system.rows("select 1 from events")) == 1


def test_after_a_day_a_code_is_shown_to_nobody_again(system: System) -> None:
    sent = a_report()
    made(system, sent)
    later = NOW + timedelta(hours=25)
    with system.db.begin() as tx:
        assert not use_cases.forget_codes(tx, later)
    assert system.rows("select sealed from follow_up_codes")[0].sealed is None


def test_the_same_words_of_another_family_are_another_record(system: System) -> None:
    """Without a key in common nobody is answered with the code of another."""
    one, two = made(system), made(system)
    assert one[0].reference != two[0].reference
    assert one[1].code != two[1].code


def test_a_key_used_for_other_words_opens_nothing(system: System) -> None:
    sent = a_report(key="the-same-key-for-everybody")
    made(system, sent)
    with pytest.raises(Problem, match="idempotency-key-reused") as problem:
        made(system, a_report(told("Something else."), key="the-same-key-for-everybody"))
    assert "PSE" not in problem.value.detail


def test_where_the_first_stands_other_words_under_its_key_change_nothing_and_are_told_apart(
    system: System,
) -> None:
    first, kept = made(system, a_report(key="that-nobody-else-has"))
    again, code = made(
        system, a_report(told("Something else."), key="that-nobody-else-has", first_stands=True)
    )
    assert (again.reference, again.repeated, again.differs) == (first.reference, True, True)
    assert code == kept
    assert code.code
    assert len(system.rows("select 1 from revisions")) == 1
    same, _ = made(system, a_report(key="that-nobody-else-has", first_stands=True))
    assert (same.repeated, same.differs) == (True, False)


def test_a_key_that_anybody_could_choose_is_refused(system: System) -> None:
    with pytest.raises(Problem) as problem:
        made(system, a_report(key="1"))
    assert [one.code for one in problem.value.faults] == ["key-too-short"]


def test_the_key_of_somebody_with_an_account_is_another(system: System) -> None:
    made(system, a_report(key="0123456789abcdef"))
    receipt = system.submit(idempotency_key="0123456789abcdef")
    assert not receipt.repeated


# ---- coming back -------------------------------------------------------------------------------------------


def test_words_are_shown_once_they_have_been_checked(system: System) -> None:
    receipt, held = made(system)
    field = "adverse-event-core/0/Description"
    assert looked(system, held).texts == {}
    with system.db.begin() as tx:
        keep_redacted_text(tx, receipt.event_id, 1, {field: "[…] fell in the night."})
    assert looked(system, held).texts == {field: "[…] fell in the night."}


def test_a_question_is_answered_by_the_family_and_by_nobody_else(system: System) -> None:
    receipt, held = made(system)
    question = use_cases.ask_reporter(
        system.db, system.tools, STAFF, receipt.reference, "Which night was it?", NOW
    )
    assert looked(system, held).state == "needs_information"
    with pytest.raises(Problem, match="not-the-reporter"):
        use_cases.answer_question(system.db, system.tools, STAFF, question.remark_id, "The first.", NOW)
    use_cases.answer_by_code(system.db, system.tools, held, question.remark_id, "The second.", NOW)
    seen = looked(system, held)
    assert (seen.state, [one.kind for one in seen.remarks]) == ("new", ["question", "answer"])
    remarks = shown(system, receipt).remarks
    assert [one.author_organisation for one in remarks] == ["RZ1", ""]
    answered = next(one for one in system.told() if isinstance(one, pb.QuestionAnswered))
    assert (answered.asked_by, answered.answered_by) == (STAFF.id, f"anonymous:{receipt.event_id}")


def test_once_the_code_is_ended_the_organisation_answers_for_itself(system: System) -> None:
    receipt, held = made(system)
    question = use_cases.ask_reporter(system.db, system.tools, STAFF, receipt.reference, "Which?", NOW)
    assert shown(system, receipt).reaches == "code"
    use_cases.end_code(system.db, held, NOW)
    use_cases.answer_question(system.db, system.tools, STAFF, question.remark_id, "The first.", NOW)
    assert shown(system, receipt).reaches == "nobody"
    with pytest.raises(Problem, match="reporter-out-of-reach"):
        use_cases.ask_reporter(system.db, system.tools, STAFF, receipt.reference, "Who?", NOW)


def test_who_holds_the_code_is_told_what_changed_but_not_what_staff_note_for_themselves(
    system: System,
) -> None:
    receipt, held = made(system)
    use_cases.add_addendum(system.db, system.tools, STAFF, receipt.reference, "Rota checked.", NOW)
    use_cases.give_feedback(system.db, system.tools, STAFF, receipt.reference, "The rota was changed.", NOW)
    use_cases.ask_reporter(system.db, system.tools, STAFF, receipt.reference, "Which night?", NOW)
    use_cases.add_by_code(system.db, system.tools, held, "She is better now.", NOW)
    wire = view(looked(system, held), use_cases.question_set(6))
    kinds = {one.kind for one in wire.remarks}
    assert kinds == {pb.REMARK_KIND_QUESTION, pb.REMARK_KIND_ADDENDUM, pb.REMARK_KIND_FEEDBACK}
    assert len(wire.remarks) == 3
    assert STAFF.id not in str(wire)


def test_a_report_that_was_taken_back_says_so_to_its_reporter(system: System) -> None:
    receipt, held = made(system)
    use_cases.withdraw(system.db, system.tools, STAFF, receipt.reference, 0, "recorded_in_error")
    seen = looked(system, held)
    assert (seen.state, seen.event.reason) == ("withdrawn", "recorded_in_error")
    with pytest.raises(Problem, match="deleted"):
        use_cases.add_by_code(system.db, system.tools, held, "Why?", NOW)


def test_another_report_is_out_of_reach(system: System) -> None:
    first, mine = made(system)
    second, theirs = made(system)
    question = use_cases.ask_reporter(system.db, system.tools, STAFF, second.reference, "Which?", NOW)
    assert refused(system, Holder(theirs.reference, mine.code)).code == "report-not-found"
    with pytest.raises(Problem, match="question-not-found"):
        use_cases.answer_by_code(system.db, system.tools, mine, question.remark_id, "Mine.", NOW)
    assert looked(system, mine).event.reference == first.reference


def test_a_record_of_somebody_with_an_account_has_no_code(system: System) -> None:
    receipt = system.submit()
    assert refused(system, Holder(receipt.reference, rules.new_code(0))).code == "report-not-found"


def test_a_code_is_read_however_it_is_typed(system: System) -> None:
    _, held = made(system)
    for typed in (held.code.lower(), held.code.replace("-", ""), f"  {held.code.replace('-', ' ')} "):
        looked(system, Holder(held.reference.lower(), typed))


def test_a_mistyped_code_is_told_from_a_wrong_one_by_its_check_symbol(system: System) -> None:
    _, held = made(system)
    last = "0" if held.code[-1] != "0" else "1"
    problem = refused(system, Holder("PSE-26", held.code[:-1] + last))
    assert [one.code for one in problem.faults] == ["reference-mistyped", "code-mistyped"]
    assert system.rows("select 1 from follow_up_tries") == []


def test_wrong_code_and_unknown_reference_are_told_apart_by_nothing(system: System) -> None:
    _, held = made(system)
    unknown = Holder("PSE-26-00000000-" + check_symbol("2600000000"), held.code)
    for _ in range(5):
        one, other = refused(system, another_code(held)), refused(system, unknown)
        assert (one.kind, one.code, one.detail, one.retry_after) == (
            other.kind,
            other.code,
            other.detail,
            other.retry_after,
        )


def test_wrong_codes_are_made_to_wait_longer_and_longer_and_forgotten(system: System) -> None:
    _, held = made(system)
    wrong = another_code(held)
    assert [refused(system, wrong).code for _ in range(3)] == ["report-not-found"] * 3
    slowed = refused(system, wrong)
    assert (slowed.kind, slowed.retry_after) == (Kind.THROTTLED, 1)
    assert refused(system, wrong, NOW + timedelta(seconds=1)).code == "report-not-found"
    assert refused(system, wrong, NOW + timedelta(seconds=2)).retry_after == 1
    assert refused(system, wrong, NOW + timedelta(seconds=3)).code == "report-not-found"
    assert refused(system, wrong, NOW + timedelta(seconds=4)).retry_after == 3
    assert refused(system, wrong, NOW + timedelta(minutes=20)).code == "report-not-found"
    with system.db.begin() as tx:
        use_cases.forget_codes(tx, NOW + timedelta(hours=2))
    assert system.rows("select 1 from follow_up_tries") == []


def test_whoever_knows_the_reference_cannot_keep_its_reporter_out(system: System) -> None:
    _, held = made(system)
    for _ in range(10):
        refused(system, another_code(held))
    assert refused(system, another_code(held)).kind is Kind.THROTTLED
    looked(system, held)


def test_wrong_codes_tried_at_once_are_counted_one_by_one(system: System) -> None:
    _, held = made(system)
    wrong = another_code(held)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: refused(system, wrong).code, range(8)))
    assert sorted(codes) == ["report-not-found"] * 3 + ["too-many-tries"] * 5


def test_a_wrong_code_is_in_the_audit_under_the_record_it_was_aimed_at(system: System) -> None:
    receipt, held = made(system)
    refused(system, another_code(held))
    noted = system.rows("select actor, about from audit where action = 'wrong-code'")
    assert [(row.actor, str(row.about)) for row in noted] == [("anonymous", receipt.event_id)]


def test_an_ended_code_opens_nothing_and_ending_it_twice_is_once(system: System) -> None:
    sent = a_report()
    receipt, held = made(system, sent)
    use_cases.end_code(system.db, held, NOW)
    use_cases.end_code(system.db, held, NOW)
    assert refused(system, held).code == "report-not-found"
    again, same = made(system, sent)
    assert (again.reference, same.code) == (receipt.reference, "")
    assert len(system.rows("select 1 from audit where action = 'end-code'")) == 1
    use_cases.find_event(system.db, system.tools, STAFF, receipt.reference)  # the record stays


def test_cutting_the_tie_to_the_reporter_ends_the_code(system: System) -> None:
    receipt, held = made(system)
    use_cases.anonymise_reporter(system.db, system.tools, STAFF, receipt.reference)
    assert refused(system, held).code == "report-not-found"
    assert system.rows("select 1 from follow_up_codes") == []
    assert system.rows("select 1 from requests") == []


def test_no_signed_actor_can_pass_for_the_holder_of_a_code(system: System) -> None:
    """A stranger with an account of their own sees nothing of it."""
    receipt, _ = made(system)
    stranger = Actor("somebody", "person", "RZ2", (Grant("RZ2", Reach.OWN, frozenset({"recording:read"})),))
    with pytest.raises(Problem, match="event-not-found"):
        use_cases.follow_up(system.db, system.tools, stranger, receipt.reference)


# ---- codes -------------------------------------------------------------------------------------------------


def test_a_code_has_more_than_a_hundred_bits_in_groups_that_can_be_read() -> None:
    assert rules.CODE_BITS >= 100
    code = rules.new_code((1 << rules.CODE_BITS) - 1)
    assert [len(group) for group in code.split("-")] == [5] * 5
    assert not set(code) & set("ILOU")
    assert rules.new_code(0) != rules.new_code(1)


def test_a_code_of_too_many_bits_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="120"):
        rules.new_code(1 << rules.CODE_BITS)


def test_every_wrong_symbol_of_a_code_is_noticed() -> None:
    code = rules.new_code(0x123456789ABCDEF).replace("-", "")
    for place in range(len(code)):
        other = "7" if code[place] != "7" else "8"
        with pytest.raises(Problem):
            rules.typed(
                "PSE-26-00000000-" + check_symbol("2600000000"),
                code[:place] + other + code[place + 1 :],
            )
