"""Which versions of the question set are in use, as they were last announced."""

from __future__ import annotations

from sqlalchemy import Connection, text


def publish_question_set(tx: Connection, version: int, digest: str) -> bool:
    """Note that a question set is in use; whether that is news."""
    return bool(
        tx.execute(
            text(
                "insert into question_sets (version, digest) values (:version, :digest)"
                " on conflict (version) do update set digest = excluded.digest, published_at = now()"
                " where question_sets.digest <> excluded.digest"
            ),
            {"version": version, "digest": digest},
        ).rowcount
    )
