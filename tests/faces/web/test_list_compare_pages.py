"""A list beside ours in the browser: pairs with their reasons, who is on one side alone, the table, and nothing for a stranger."""

import csv
import io
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import claims, dossiers, evidence, list_files, public_compare, sources
from letapis.desk.opening import Desk
from tests.desk import listing
from tests.team import Team, make_team

from . import papers as played
from .casework import browsing, say
from .papers import Papers, client, desk, papers
from .test_pages import check

__all__ = ["client", "desk", "make_team", "papers"]
ROWS = (*listing.FIRST, ("9", "Defendant B.", "", "", "/p/9", "", "", "", "", ""), ("10", "=1+1 <b>Vydumka</b>", "", "", "/p/10", "", "", "", "", ""))


def known_person(desk: Desk, papers: Papers) -> bytes:
    """Somebody of ours, known from a document, whose case is told otherwise than on the list."""
    reader = desk.reader("work")
    who = dossiers.add_entity(desk, reader, papers.dossier, "person", "Янка Выдумка")
    source = sources.add_source(desk, reader, papers.dossier, sources.SourceForm("BOOK", "document", "B", "public"))
    told = "Янка Выдумка, 1990-02-01. Затрыманы 2021-04-05."
    note = claims.write_note(desk, reader, papers.dossier, claims.NoteForm("A paper", told, source=source, basis="document"))
    said = (("identity.birth_date", "1990-02-01"), ("detention.start", "2021-04-05"), ("charge.article", "CC1999 342"))
    claims.cut_claims(desk, reader, note, 0, len(told), [claims.Cut(prop, value, who) for prop, value in said])
    return who


def place(ident: bytes, **asked: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return reverse("list_compare:show", args=[ident.hex()]) + (f"?{query}" if query else "")


def test_pairs_and_who_is_missing_are_shown_in_every_language(client: Client, desk: Desk, papers: Papers) -> None:
    who = known_person(desk, papers)
    ident = listing.bring(desk, papers.dossier, listing.sheet(ROWS))
    shown = client.get(reverse("lists:show", args=[ident.hex()])).content.decode()
    assert place(ident) in shown, "the page of the list leads to it"
    for language in LANGUAGES:
        for part in ("pairs", "missing_here", "missing_there", "hidden", "apart"):
            for against in public_compare.AGAINST:
                text = client.get(place(ident, against=against, part=part), headers={"accept-language": language}).content.decode()
                check(text, language)
    text = client.get(place(ident)).content.decode()
    assert reverse("people:person", args=[who.hex()]) in text and say("compare.differs") in text
    assert "4 March 2021" in text and "5 April 2021" in text
    missing = client.get(place(ident, part="missing_here")).content.decode()
    assert "Postava Lavon" in missing and "Dubler" not in missing and "&lt;b&gt;Vydumka" in missing and "<b>Vydumka" not in missing
    hidden = client.get(place(ident, part="hidden")).content.decode()
    assert "Defendant" not in hidden and "9" in hidden, "who was left nameless is told by the number of the list alone"
    assert say("listing.quarantine.same_page") in client.get(place(ident, part="apart")).content.decode()


def test_a_recorded_list_is_not_compared_with_itself(desk: Desk, papers: Papers) -> None:
    ident = listing.recorded(desk, papers.dossier, ROWS)
    found = public_compare.beside(desk, desk.reader("work"), ident, public_compare.DOSSIERS)
    assert [one.ours.names for one in found.found.pairs] == [("Janka Vydumka",)], "the person of the dossier, and nobody the list brought"
    assert found.counts["missing_here"] > 3
    known_person(desk, papers)
    again = public_compare.beside(desk, desk.reader("work"), ident, public_compare.DOSSIERS)
    assert again.counts["pairs"] == 2, "what was recorded since is seen"


def test_the_table_has_every_difference_and_runs_nothing(client: Client, desk: Desk, papers: Papers) -> None:
    known_person(desk, papers)
    ident = listing.bring(desk, papers.dossier, listing.sheet(ROWS))
    answer = client.get(reverse("list_compare:sheet", args=[ident.hex()]))
    titles, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()))  # type: ignore[attr-defined]  # a stream of bytes
    assert titles == [say(f"compare.column.{name}") for name in ("what", "their_number", "their_name", "our_name", "why", "field", "ours", "theirs")]
    assert {row[0] for row in rows} >= {say("compare.differs"), say("compare.missing_here"), say("compare.hidden"), say("compare.apart")}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row) and "Vydumka" not in answer["Content-Disposition"]


def test_a_list_whose_columns_are_not_read_says_so(client: Client, desk: Desk, papers: Papers) -> None:
    reader = desk.reader("work")
    sealed = evidence.seal_upload(desk, reader, papers.dossier, [b"a,b\n1,2\n"])
    ident = list_files.bring(desk, reader, papers.dossier, list_files.ListForm("Invented list", source_code="LIST"), [("list.csv", sealed)])
    answer = client.get(place(ident))
    assert answer.status_code == 422 and say("errors.compare.unmapped") in answer.content.decode()
    check(answer.content.decode(), "en")


def test_a_stranger_finds_nothing(make_team: Callable[..., Team]) -> None:
    team = make_team(2)
    desk = team.desks[0]
    papers = played.play(desk, desk.me)
    ident = listing.bring(desk, papers.dossier, listing.sheet(ROWS))
    team.settle()
    with browsing(team.desks[1]) as stranger:
        assert stranger.get(place(ident)).status_code == 404
        assert stranger.get(reverse("list_compare:sheet", args=[ident.hex()])).status_code == 404
