"""The verbs that the desk had pages for alone: kept searches, birthdays, the digest, lines, sections, deputies, records in doubt."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.desk import claims, dossiers, incidents, items, ledger, reading
from letapis.desk.opening import Desk
from letapis.faces.cli import build
from letapis.faces.cli.call import Call
from letapis.faces.texts import texts
from tests.desk.test_daysheets import lines, save
from tests.faces.cli.test_sheet_verbs import COMMON, TEXT
from tests.faces.cli.test_verbs import Hand, add_claim, dossier, hand
from tests.team import Team, make_team

__all__ = ["dossier", "hand", "make_team"]


def test_a_search_is_kept_looked_at_and_forgotten(dossier: Hand) -> None:
    assert "No searches are kept" in dossier.says("search", "list")
    made = dossier.does("search", "save", "Roses", "rose")["search"]
    dossier.does("dossier", "new", "R-1", "--title", "A rose by the wall")
    (listed,) = dossier.does("search", "list")["searches"]
    assert (listed["name"], listed["query"], listed["new"]) == ("Roses", "rose", 1) and "Roses: rose" in dossier.says("search", "list")
    looked = dossier.does("search", "look", made[:8])
    assert len(looked["hits"]) == 1 and dossier.does("search", "list")["searches"][0]["new"] == 0
    assert "R-1" in dossier.says("search", "look", made[:8])
    assert dossier.does("search", "forget", made[:8])["state"] == "forgotten"
    assert dossier.does("search", "list")["searches"] == []
    assert dossier.fails("search", "look", made[:8]) == (3, "reading.not_found")
    assert dossier.fails("search", "save", " ", "rose") == (2, "searches.name")


def test_words_to_look_for_come_from_standard_input_or_a_file_too(dossier: Hand, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("Vydumany\n", encoding="utf-8")
    found = dossier.does("find", "Vydumany")
    assert found["hits"] and dossier.does("find", "-", stdin="Vydumany\nnot this") == found == dossier.does("find", f"@{tmp_path / 'words'}")
    dossier.does("search", "save", "One", "-", stdin="Vydumany\n")
    dossier.does("search", "save", "Two", f"@{tmp_path / 'words'}")
    assert [one["query"] for one in dossier.does("search", "list")["searches"]] == ["Vydumany", "Vydumany"]
    assert dossier.fails("search", "save", "Three", f"@{tmp_path / 'none'}") == (2, "cli.text_unreadable")


def test_birthdays_of_a_month(dossier: Hand) -> None:
    add_claim(dossier, "identity.birth_date", "1990-11-27")
    (found,) = dossier.does("birthdays", "--month", "2026-11")["birthdays"]
    assert (found["day"], found["turns"], found["died"]) == ("11-27", 36, False)
    assert "27 November" in dossier.says("birthdays", "--month", "2026-11") and "Vydumany" in dossier.says("birthdays", "--month", "2026-11")
    assert dossier.does("birthdays", "--month", "2026-12")["birthdays"] == []
    assert dossier.fails("birthdays", "--month", "soon") == (2, "cli.month")


def test_the_digest_is_looked_at_without_taking_it_from_the_first_page(dossier: Hand) -> None:
    assert dossier.does("digest")["since"] == 0 and dossier.does("digest")["since"] == 0
    assert "Nothing" in dossier.says("digest", "--seen")
    assert dossier.does("digest")["since"] > 0


def test_a_line_of_a_sheet_is_corrected_and_struck_out(hand: Hand) -> None:
    made = hand.does("sheet", "add", "--new", "--code", "DAY-1", *COMMON, stdin=TEXT)
    first, _, described = hand.does("sheet", "show", made["sheet"][:8])["lines"]
    assert first["line"][:8] in hand.says("sheet", "show", made["sheet"][:8])
    named = hand.does("sheet", "correct", described["line"][:8], "--name", "Pryklad Petra", "--age", "31")
    assert (named["name"], named["age"], named["named"]) == ("Pryklad Petra", "31", True)
    kept = hand.does("sheet", "correct", first["line"][:8], "--place", "Hrodna")
    assert (kept["name"], kept["place"]) == (first["name"], "Hrodna"), "what is not named stays"
    assert hand.fails("sheet", "correct", first["line"][:8], "--article", "") == (2, "verify.reason")
    assert hand.fails("sheet", "correct", first["line"][:8], "--age", "some") == (2, "daysheets.line")
    assert hand.does("sheet", "strike", first["line"][:8], "--reason", "Somebody else of this name.")["state"] == "struck"
    assert hand.fails("sheet", "strike", first["line"][:8], "--reason", "again") == (6, "daysheets.struck")
    assert hand.fails("sheet", "correct", "abcd", "--name", "x") == (3, "reading.not_found")


def test_sections_are_read_joined_and_split(dossier: Hand, tmp_path: Path) -> None:
    text = "У камеры было цесна, матрацаў не далі.\n" * 200 + "Яго білі дубінкамі, катавалі токам.\n" * 90
    (tmp_path / "talk.txt").write_text(text, encoding="utf-8")
    made = dossier.does("interview", "add", "P-1", "Kalina", "--subject", "Vydumany", "--text", f"@{tmp_path / 'talk.txt'}")["interview"]
    sections = dossier.does("interview", "show", made[:8])["sections"]
    first = dossier.does("interview", "section", made[:8], "1")
    assert "цесна" in first["words"] and not first["closed"] and first["places"]
    hard = next(one["number"] for one in sections if "treatment" in one["topics"])
    closed = dossier.does("interview", "section", made[:8], str(hard))
    assert closed["closed"] and closed["words"] == "" and "--open" in dossier.says("interview", "section", made[:8], str(hard))
    assert dossier.does("care", "show")["week"] == 0
    assert "дубінкамі" in dossier.does("interview", "section", made[:8], str(hard), "--open")["words"]
    assert dossier.does("care", "show")["week"] == 1
    place = first["places"][0]["place"]
    split = dossier.does("interview", "split", made[:8], "1", str(place))
    assert (split["number"], split["sections"]) == (2, len(sections) + 1)
    assert dossier.does("interview", "join", made[:8], "1")["sections"] == len(sections)
    assert dossier.fails("interview", "split", made[:8], "1", "3") == (2, "interviews.place")
    assert dossier.fails("interview", "join", made[:8], str(len(sections))) == (6, "interviews.last_section")
    assert dossier.fails("interview", "section", made[:8], "99") == (3, "reading.not_found")


def test_what_a_norm_still_needs_names_the_sections_that_may_tell(dossier: Hand) -> None:
    made = dossier.does("interview", "add", "P-1", "Kalina", "--subject", "Vydumany", "--text", "У камеры было цесна.\n" * 20)["interview"]
    found = dossier.does("interview", "missing", made[:8], "--norm", "ICCPR-7")["missing"]
    assert found and set(found[0]) == {"fact", "norms", "sections"}
    assert "?" in dossier.says("interview", "missing", made[:8], "--norm", "ICCPR-7")
    assert dossier.fails("interview", "missing", made[:8]) == (2, "cli.interview.norm_or_mechanism")
    assert dossier.fails("interview", "missing", made[:8], "--mechanism", "NONE") == (3, "law.unknown_mechanism")


def test_who_holds_the_contacts_is_shown_and_a_stranger_is_no_deputy(dossier: Hand) -> None:
    dossier.does("contact", "add", "P-1", "Kalina", "-", stdin='{"channel": "signal", "address": "canary-number"}')
    me = dossier.does("member", "list")["members"][0]["member"]
    assert dossier.does("contact", "deputy", "P-1")["holders"] == [me]
    said = dossier.says("contact", "deputy", "P-1")
    assert "Alena Vydumka" in said and "canary" not in said
    dossier.does("member", "add", "Bahdan Vydumka")
    assert dossier.fails("contact", "deputy", "P-1", "Bahdan Vydumka") == (6, "contacts.deputy")


class AtDesk(Call):
    """A call at a desk that is open already."""

    @contextmanager
    def desk(self, passphrase: str | None = None) -> Iterator[Desk]:
        yield DESKS[0]


DESKS: list[Desk] = []


@pytest.mark.parametrize("words", [("correct", "--place", "Minsk"), ("strike", "--reason", "Somebody else of this name.")])
def test_what_stands_side_by_side_is_not_settled_by_who_saw_one_of_it(make_team: Callable[..., Team], words: tuple[str, ...]) -> None:
    team = make_team(1)
    DESKS[:] = [team.desks[0]]
    (line, *_) = [one.item for one in lines(DESKS[0], save(DESKS[0]))]
    for place in ("Hrodna", "Brest"):
        ledger.append(DESKS[0], [items.draft(DESKS[0], "sheet_line", line.compartment, {**line.record.body, "place": place}, line.item, line.heads)])
    options = build(texts(), "en").parser.parse_args(["sheet", words[0], line.item.hex(), *words[1:]])
    with pytest.raises(Refused, match=r"items\.contested"):
        options.run(AtDesk(options, "en", texts()))
    assert len(reading.item(DESKS[0], team.reader(), line.item).heads) == 2
    DESKS.clear()


def test_records_in_doubt_are_listed_by_passage_and_confirmed(make_team: Callable[..., Team], capsys: pytest.CaptureFixture[str]) -> None:
    team = make_team(3)
    first, second = team.desks[:2]
    DESKS[:] = [first]
    ident = dossiers.new_dossier(first, "P-1", "Pryklad", "person", "Prykladny")
    dossiers.admit_to_dossier(first, team.reader(), ident, [second.me])
    team.settle()

    def run(*words: str) -> dict[str, Any]:
        options = build(texts(), "en").parser.parse_args([*words, "--json"])
        options.run(AtDesk(options, "en", texts()))
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    size = incidents.doubt_of(first, second.device, "9999", ()).size
    for title in ("ours", "not ours"):
        claims.write_note(second, team.reader(1), ident, claims.NoteForm(title, f"{title} words", "en"))
    team.settle()
    form = incidents.IncidentForm(second.me, (second.device,), ("taken",), "2026-11-25", first.clock() - timedelta(hours=2))
    incident = incidents.open_incident(first, team.reader(), form).hex()
    with pytest.raises(UsageError, match="device_marked"):
        run("incident", "doubtful", incident[:8])
    incidents.doubt_device(first, team.reader(), bytes.fromhex(incident), second.device, size, "taken at the border")
    rest = Team([first, team.desks[2]], team.relay)
    rest.settle()
    incidents.endorse(team.desks[2], team.reader(2), bytes.fromhex(incident), second.device)
    rest.settle()
    waiting = run("incident", "doubtful", incident[:8])["waiting"]
    assert [[one["type"] for one in passage["records"]] for passage in waiting] == [["note"], ["note"]]
    chosen = waiting[0]["records"][0]["record"]
    with pytest.raises(NotFound):
        run("incident", "confirm", incident[:8], chosen[:6], "--reason", "She rang me")
    assert run("incident", "confirm", incident[:8], chosen[:12], "--reason", "She rang me about it")["confirmed"] == 1
    assert [note.title for note in reading.notes(first, team.reader(), ident)] == ["ours"]
    assert len(run("incident", "doubtful", incident[:8])["waiting"]) == 1
    DESKS.clear()


def test_there_is_nothing_in_doubt_without_an_incident(hand: Hand) -> None:
    assert hand.fails("incident", "doubtful", "abcd") == (2, "cli.incident")
    assert hand.fails("incident", "confirm", "abcd", "abcdef12", "--reason", "I know it") == (2, "cli.incident")
