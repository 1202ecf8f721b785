"""What was typed into a form and not sent yet: kept in this workspace's own encrypted database, so that neither a lock nor a crash loses it.

It is no record: nobody signed it and no exchange carries it; a backup holds it as it holds the whole database, sealed, and a restored
workspace begins without it. It goes when the form was sent, when its writer throws it away, or after two weeks.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import UsageError
from letapis.desk.opening import Desk
from letapis.desk.reading.window import guard
from letapis.engines.db import models

MAX_FIELDS: Final = 1_000
MAX_LENGTH: Final = 500_000
KEPT_FOR: Final = timedelta(days=14)
_LONGEST_NAME: Final = 120

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Kept:
    """The fields of a form as they were typed, and when (an instant in UTC)."""

    form: str
    fields: Fields
    at: str


@dataclass(frozen=True)
class Typed:
    """How many texts wait on this device that were typed and not saved, and when the newest was kept."""

    count: int = 0
    newest: str = ""


def keep(desk: Desk, reader: Reader, form: str, fields: Fields) -> None:
    """Keep these fields in place of what was kept of the same form; nothing but blanks is not kept.

    Raises UsageError("kept.too_long") for more than a form of the desk can hold.
    """
    guard(reader)
    said = json.dumps({name: list(values) for name, values in fields.items()}, ensure_ascii=False)
    if len(form) > _LONGEST_NAME or len(fields) > MAX_FIELDS or len(said) > MAX_LENGTH:
        raise UsageError("kept.too_long")
    if not any(value.strip() for values in fields.values() for value in values):
        return
    now = desk.clock()
    with desk.store.transaction():
        table = models.KeptText.objects.using(desk.store.alias)
        table.filter(at__lt=_oldest(desk)).delete()
        table.update_or_create(form=form, defaults={"fields": said, "at": now.isoformat(timespec="seconds")[:19]})


def _oldest(desk: Desk) -> str:
    return (desk.clock() - KEPT_FOR).isoformat(timespec="seconds")[:19]


def kept(desk: Desk, reader: Reader, form: str) -> Kept | None:
    """What is kept of a form, if anything."""
    guard(reader)
    row = models.KeptText.objects.using(desk.store.alias).filter(form=form, at__gte=_oldest(desk)).first()
    return Kept(row.form, json.loads(row.fields), row.at) if row else None


def kept_on(desk: Desk, reader: Reader, page: str) -> list[Kept]:
    """What is kept of the forms of a page; a form is named by its page, ``#`` and a word."""
    guard(reader)
    rows = models.KeptText.objects.using(desk.store.alias).filter(form__startswith=f"{page}#", at__gte=_oldest(desk)).order_by("form")
    return [Kept(row.form, json.loads(row.fields), row.at) for row in rows]


def forget(desk: Desk, reader: Reader, form: str) -> None:
    """The form was sent, or its writer does not want the words any more."""
    guard(reader)
    models.KeptText.objects.using(desk.store.alias).filter(form=form).delete()


def typed(desk: Desk, reader: Reader) -> Typed:
    """What waits on this device, of all forms."""
    guard(reader)
    ((count, newest),) = desk.store.rows("SELECT count(*), max(at) FROM db_kepttext")
    return Typed(int(count), str(newest or ""))


def typed_since(desk: Desk, reader: Reader, seen: Typed) -> bool:
    """Something waits that was not there when ``seen`` was. What was sent or forgotten since then is nothing new."""
    guard(reader)
    ((older, every),) = desk.store.rows("SELECT sum(CASE WHEN at <= %s THEN 1 ELSE 0 END), count(*) FROM db_kepttext", (seen.newest,))
    return int(every) > int(older or 0) or int(every) > seen.count
