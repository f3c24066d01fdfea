"""The sample accounts' authenticator apps, for scripts: no code is shown twice, because none is taken twice."""

import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx
import pyotp

STEP = 30  # seconds
CLOSE = 15  # seconds before the next step at which the last one is not worth showing
ATTEMPTS = 5


class App:
    """Shows codes of one account, also several within a step: those of the steps around it, each once; then it waits."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)
        self._last = 0
        self._lock = threading.Lock()

    def code(self) -> str:
        with self._lock:
            now = time.time()
            present = int(now) // STEP
            earliest = present if STEP - now % STEP < CLOSE else present - 1
            step = max(earliest, self._last + 1)
            if step > present + 1:
                time.sleep((step - 1) * STEP - now)
            self._last = step
            return self._totp.generate_otp(step)


def sign_in(gateway: str, account: Mapping[str, Any], app: App | None = None) -> str:
    """A token for one of demo.json's accounts. A code that another process has shown already is followed by the next."""
    who = {name: account[name] for name in ("email", "password")}
    if app is None and account["totp_secret"]:
        app = App(account["totp_secret"])
    for _ in range(ATTEMPTS):
        answer = httpx.post(
            f"{gateway}/api/v1/sessions", json=who | ({"code": app.code()} if app else {}), timeout=40
        )
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        elif answer.json().get("code") != "second-factor-wrong":
            break
    answer.raise_for_status()
    return str(answer.json()["access_token"])
