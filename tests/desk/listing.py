"""An invented list and a newer version of it, for tests of lists at the desk, on pages and on the command line."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from letapis.desk import evidence, list_files, list_import, list_preview, list_watch
from letapis.desk.opening import Desk

COLUMNS = ("no", "name", "alias", "born", "page", "arrested", "place", "articles", "until", "died")
FIRST = (
    ("1", "Vydumka Janka", "", "1990-02-01", "/p/1", "2021-03-04", "Vydumka prison", "342", "", ""),
    ("2", "Pryklad Alena", "Pryklad Helena", "1985", "/p/2", "2020-08-12", "", "293; 342", "", ""),
    ("3", "Postava Lavon", "", "no day", "/p/3", "", "", "", "2999-01-01", ""),
    ("4", "Dubler Adzin", "", "", "/p/same", "", "", "", "", ""),
    ("5", "Dubler Druhi", "", "", "/p/same", "", "", "", "", ""),
    ("6", "Niabozhchyk Vydumany", "", "", "/p/6", "2022-05", "", "", "", "1"),
    ("", "Biaz Numara", "", "", "/p/7", "", "", "", "", ""),
)
SECOND = (
    ("2", "Pryklad Alena", "Pryklad Helena", "1985-06-07", "/p/2", "2020-08-12", "Pryklad camp", "293; 342", "", ""),
    ("3", "Postava Lavon", "", "no day", "/p/3", "", "", "", "2999-01-01", ""),
    ("4", "Dubler Adzin", "", "", "/p/same", "", "", "", "", ""),
    ("5", "Dubler Druhi", "", "", "/p/same", "", "", "", "", ""),
    ("6", "Niabozhchyk Vydumany", "", "", "/p/6", "", "", "", "", "1"),
    ("8", "Novy Vydumka", "", "", "/p/8", "", "", "", "", ""),
)
FORM: dict[str, Any] = {
    "key": ["no"],
    "names": [{"column": "name", "order": "surname_first"}, {"column": "alias", "role": "alias"}],
    "fields": [
        {"column": "born", "property": "identity.birth_date", "reader": "date"},
        {"column": "arrested", "property": "detention.start", "reader": "date"},
        {"column": "place", "property": "detention.place", "reader": "place"},
        {"column": "articles", "property": "charge.article", "reader": "articles"},
        {"column": "until", "property": "detention.end", "reader": "date", "hold": "future", "held": "future_date"},
        {"column": "died", "property": "death.in_custody", "reader": "flag", "hold": "always", "held": "death"},
    ],
    "quarantine": [{"code": "same_page", "column": "page"}],
}


def sheet(rows: Sequence[Sequence[str]], columns: Sequence[str] = COLUMNS) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue().encode()


def bring(desk: Desk, dossier: bytes, data: bytes, form: list_files.ListForm | None = None, name: str = "list.csv") -> bytes:
    """Keep a list of one file; its columns are read as ``FORM`` says unless a version of it was recorded before."""
    reader = desk.reader("work")
    sealed = evidence.seal_upload(desk, reader, dossier, [data])
    ident = list_files.bring(desk, reader, dossier, form or list_files.ListForm("Invented list", source_code="LIST"), [(name, sealed)])
    if not list_files.shown(desk, reader, ident).is_mapped:
        list_files.choose_columns(desk, reader, ident, FORM)
    return ident


def recorded(desk: Desk, dossier: bytes, rows: Sequence[Sequence[str]] = FIRST) -> bytes:
    ident = bring(desk, dossier, sheet(rows))
    list_import.record(desk, desk.reader("work"), ident)
    return ident


def addresses(desk: Desk, dossier: bytes) -> dict[str, str]:
    """Ids for the pages of lists: a newer version that was looked at, a group of the first that waits, and two versions that are watched."""
    first, reader = recorded(desk, dossier), desk.reader("work")
    (group,) = list_import.groups(desk, reader, list_files.shown(desk, reader, first))
    newer = bring(desk, dossier, sheet(SECOND))
    list_preview.look(desk, reader, newer)
    versions = [("list.csv", evidence.seal_upload(desk, reader, dossier, [sheet(rows)])) for rows in (FIRST, SECOND)]
    form = list_watch.WatchForm("Watched list", key="no", name="name")
    watched = list_watch.watch(desk, reader, dossier, form, versions[:1], versions[1:])
    return {"lists:listed": newer.hex(), "list_compare:listed": first.hex(), "lists:group": group.ident.hex(), "watch:made": watched.hex()}
