"""Where identity keeps data keys: of the secrets of authenticator apps."""

from __future__ import annotations

from chassis.rewrapping import Kept

KEPT = (Kept("second_factors", "id"),)
