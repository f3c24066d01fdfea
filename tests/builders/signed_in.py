"""People who signed in, for tests of identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from chassis.actors import Actor, Signer, Verifier
from chassis.sealing import Vault
from deploy.local.codes import App
from services.identity import use_cases
from services.identity.domain.accounts import Session
from services.identity.domain.second_factors import Strength
from tests.builders.people import PASSWORD, TOTP_SECRET

SITE = use_cases.Site("http://localhost:8080")


@dataclass
class People:
    """Whoever signs in, with the second factor where they have one; who needs one and has none sets it up."""

    db: Engine
    vault: Vault
    signer: Signer
    verifier: Verifier
    apps: dict[str, App] = field(default_factory=dict)

    def session(self, who: str) -> Session:
        """A session that counts in full."""
        found = use_cases.sign_in(self.db, f"{who}@example.org", PASSWORD, datetime.now(UTC))
        if found.strength == Strength.HALF:
            return self._completed(who, found)
        if found.second_missing:
            self.set_up(who, found)
        return found

    def actor(self, who: str) -> Actor:
        return self.of(self.session(who))

    def of(self, session: Session) -> Actor:
        now = datetime.now(UTC)
        return self.verifier.verify(
            use_cases.actor_for_session(self.db, self.signer, session.token, now).token
        )

    def _completed(self, who: str, half: Session) -> Session:
        answer = use_cases.Proof(self.apps.setdefault(who, App(TOTP_SECRET)).code())
        somewhere = use_cases.OnDevice()
        return use_cases.complete_sign_in(
            self.db, self.vault, SITE, half.token, answer, somewhere, datetime.now(UTC)
        )

    def set_up(self, who: str, session: Session, password: str = PASSWORD) -> None:
        actor, now = self.of(session), datetime.now(UTC)
        factor_id, secret, _ = use_cases.add_totp(
            self.db, self.vault, actor, session.token, password, "", now
        )
        self.apps[who] = App(secret)
        code = self.apps[who].code()
        use_cases.confirm_totp(self.db, self.vault, actor, session.token, factor_id, code, now)
