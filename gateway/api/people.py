"""People and roles as the JSON API shows them, for every errand about them."""

from __future__ import annotations

from typing import Any

from gateway.api.times import instant, instant_or_none
from protos.identity.v1 import identity_pb2 as pb

Row = dict[str, Any]


def person(one: pb.Account) -> Row:
    return {
        "account_id": one.account_id,
        "name": one.name,
        "email": one.email,
        "suspended": one.suspended,
        "grants": [_held(each) for each in one.grants],
    }


def role_request(one: pb.RoleRequest) -> Row:
    return {
        "request_id": one.request_id,
        "account_id": one.account_id,
        "name": one.name,
        "email": one.email,
        "role": one.role,
        "organisation": {"code": one.organisation, "name": one.organisation_name},
        "reason": one.reason,
        "state": one.state,
        "asked_at": instant(one.asked_at),
        "decided_at": instant_or_none(one.decided_at),
        "decision_reason": one.decision_reason,
    }


def own_account(one: pb.OwnAccount) -> Row:
    return person(one.account) | {
        "requests": [role_request(each) for each in one.requests],
        "sessions": [_session(each) for each in one.sessions],
        "outside_sign_ins": [outside_link(each) for each in one.outside_links],
        "has_password": one.has_password,
    }


def outside_link(one: pb.OutsideLink) -> Row:
    return {
        "link_id": one.link_id,
        "provider": one.provider,
        "label": one.label,
        "linked_at": instant(one.linked_at),
        "last_used_at": instant_or_none(one.last_used_at),
    }


def invitation(one: pb.Invitation) -> Row:
    return {
        "invitation_id": one.invitation_id,
        "email": one.email,
        "role": one.role,
        "organisation": one.organisation,
        "state": one.state,
        "invited_at": instant(one.invited_at),
        "expires_at": instant(one.expires_at),
    }


def _held(one: pb.Grant) -> Row:
    return {
        "grant_id": one.grant_id,
        "role": one.role,
        "organisation": one.organisation,
        "reason": one.reason,
        "starts_at": instant(one.starts_at),
        "ends_at": instant_or_none(one.ends_at),
        "last_used_at": instant_or_none(one.last_used_at),
    }


def _session(one: pb.OpenSession) -> Row:
    return {
        "session_id": one.session_id,
        "started_at": instant(one.started_at),
        "last_seen_at": instant(one.last_seen_at),
        "expires_at": instant(one.expires_at),
        "this_one": one.this_one,
    }
