"""One's own account on pages: signing in, what proves who one is, what is held of oneself."""

from __future__ import annotations

from gateway.web.account import (
    asking,
    copies,
    details,
    forgotten,
    invited,
    outside,
    own,
    password,
    registering,
    second_factors,
    sessions,
    sign_in,
)

PARTS = (
    sign_in,
    registering,
    forgotten,
    invited,
    outside,
    second_factors,
    own,
    details,
    password,
    sessions,
    asking,
    copies,
)
