"""`python -m services.recording.importing nrls file.csv`: 0 all kept, 1 some rows rejected, 2 could not run or go on."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis import database, settings
from chassis.sealing import Sealer, Vault
from services.recording.importing import nrls, steis
from services.recording.importing.files import CannotRun, Source, look_at
from services.recording.importing.running import Kind, Options, Say, Sums, in_words, take_over
from services.recording.store.organisations import Directory
from services.recording.use_cases import Tools

DONE, SOME_REJECTED, COULD_NOT = 0, 1, 2
AWAY = "The database does not answer, or another import of this file runs. Start the same again: it goes on."


@dataclass(frozen=True, kw_only=True)
class Import:
    """What it reads from its environment: part of what `serve recording` reads."""

    database_url: str = settings.secret()
    record_keys: str = settings.secret()
    enrichment_seal_keys: str
    notifications_seal_keys: str


def main(words: Sequence[str], say: Say) -> int:
    """Take one file over; the exit code."""
    chosen = _parser().parse_args(words)
    try:
        return _run(chosen, settings.read(Import), say)
    except CannotRun as failure:
        say(str(failure))
    except settings.SettingsMissing as missing:
        say(str(missing))
    except KeyboardInterrupt:
        say("Stopped. Start the same again: it goes on.")
    except Exception as failure:  # whose words could quote a row
        say(AWAY if _away(failure) else f"Stopped by a fault of the importer: {_place(failure)}.")
    return COULD_NOT


def _away(failure: Exception) -> bool:
    known = isinstance(failure, DBAPIError | PoolTimeout)
    return known and (database.is_away(failure) or database.is_late(failure))


def _place(failure: Exception) -> str:
    last = traceback.extract_tb(failure.__traceback__)[-1]
    return f"{type(failure).__name__} in {Path(last.filename).name}, line {last.lineno}"


def _run(chosen: argparse.Namespace, mine: Import, say: Say) -> int:
    source = look_at(chosen.file)
    db = database.engine(mine.database_url)
    try:
        database.refuse_unknown_schema("recording", db)
        kind = _kind(chosen, db, tools(mine, db), source)
        rejected = chosen.rejected or chosen.file.with_name(f"{chosen.file.name}.rejected.csv")
        sums = take_over(db, kind, source, Options(chosen.dry_run, chosen.again, rejected), say)
    except database.SchemaTooNew as refused:
        raise CannotRun(str(refused)) from None
    finally:
        db.dispose()
    _summary(sums, chosen.dry_run, rejected, say)
    return SOME_REJECTED if sums.rejected else DONE


def _kind(chosen: argparse.Namespace, db: Engine, with_: Tools, source: Source) -> Kind[Any]:
    columns = dict(chosen.column)
    if chosen.kind == steis.NAME:
        return steis.kind(db, with_, source, columns)
    if chosen.organisation_column:
        columns["organisation"] = chosen.organisation_column
    return nrls.kind(db, with_, source.header, columns, chosen.ages)


def tools(mine: Import, db: Engine) -> Tools:
    to_enrichment, to_notifications = Sealer(mine.enrichment_seal_keys), Sealer(mine.notifications_seal_keys)
    return Tools(Directory(db), Vault(mine.record_keys), to_enrichment, to_notifications)


def _summary(sums: Sums, dry: bool, rejected: Path, say: Say) -> None:
    say(f"{'Dry run, nothing was written: ' if dry else ''}{in_words(sums)}.")
    if sums.left_out:
        counts = ", ".join(f"{column} {count:,}" for column, count in sorted(sums.left_out.items()))
        say(f"Left out, because there is no certain place for it (rows by column): {counts}.")
    if sums.rejected:
        say(f"Why rows were rejected: {rejected}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.recording.importing", description=__doc__)
    parser.add_argument("kind", choices=[nrls.ROUTE, steis.NAME])
    parser.add_argument("file", type=Path, help="CSV with a header, in UTF-8 or Windows-1252")
    parser.add_argument("--dry-run", action="store_true", help="write nothing but the report")
    parser.add_argument("--rejected", type=Path, help="where the report goes; else FILE.rejected.csv")
    parser.add_argument("--again", action="store_true", help="from the first row, though it was done before")
    parser.add_argument("--organisation-column", default="", metavar="NAME", help="nrls: instead of RP07")
    parser.add_argument(
        "--ages", choices=nrls.AGES, default="none", help="nrls: what AGE_AT_INCIDENT counts; none = left out"
    )
    named = "which column is meant; words are in nrls.toml, steis.toml"
    parser.add_argument("--column", type=_pair, action="append", default=[], metavar="WORD=NAME", help=named)
    return parser


def _pair(written: str) -> tuple[str, str]:
    word, _, name = written.partition("=")
    if not word or not name:
        raise argparse.ArgumentTypeError("write WORD=NAME")
    return word, name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], lambda line: print(line, flush=True)))  # noqa: T201
