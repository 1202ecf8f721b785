"""Day sheets on the web: paste, look, save, correct; in three languages, without script, with nothing typed lost."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from letapis.core.language import LANGUAGES
from letapis.desk import daysheets, dossiers, reading
from letapis.desk.daysheets import Saved, SheetForm, SheetLine
from letapis.desk.opening import Desk
from letapis.faces.texts import texts
from letapis.faces.web.sheet_form import MOST_ROWS

from . import casework
from .casework import browsing, resend, send
from .test_pages import LARGEST_PAGE, check

TEXT = """Затрыманыя ў Мінску:
1. Выдумка Іван, 34, Мінск — 24.23
2. Прыклад Алена (1990 г.н.), забралі з дому
man, about 30
about 40, 27 of them named"""
HEADER = {"day": "2026-11-24", "place": "Мінск", "agency": "АМАП", "source": "Hatka"}


@pytest.fixture
def office(desk: Desk) -> Desk:
    casework.open_identities(desk)
    return desk


@pytest.fixture
def client(office: Desk) -> Iterator[Client]:
    with browsing(office) as client:
        yield client


def save(desk: Desk, rows: int = 3) -> Saved:
    pasted = daysheets.understood(desk, TEXT, "2026-11-24")
    lines = [SheetLine(row, piece.span) for piece, row in pasted.lines]
    form = SheetForm("2026-11-24", "Мінск", "АМАП", source_code="Hatka", count=pasted.count, remark=pasted.remark, words=TEXT)
    return daysheets.save_sheet(desk, desk.reader("work"), "", form, (lines * -(-rows // 3))[:rows])


def lines(desk: Desk, saved: Saved) -> list[reading.LineView]:
    return reading.sheet_lines(desk, desk.reader("work"), saved.sheet)


def only_sheet(desk: Desk) -> reading.SheetView:
    (sheet,) = reading.sheets(desk, desk.reader("work"))
    return sheet


def data_of(text: str) -> dict[str, str]:
    """What stands in the form of the sheet on a page."""
    found = next(form for form in casework.forms(text) if "paste" in form["data"])
    return {name: values[0] for name, values in found["data"].items()}


def test_a_pasted_list_is_looked_at_before_it_is_saved(client: Client, office: Desk) -> None:
    address = reverse("sheets:new")
    looked = send(client, address, **HEADER, paste=TEXT, do="read").content.decode()
    assert reading.dossiers(office, office.reader("work")) == [], "nothing is saved by looking"
    told = data_of(looked)
    assert (told["n1"], told["a1"], told["p1"], told["r1"]) == ("Выдумка Іван", "34", "Мінск", "24.23")
    assert (told["n2"], told["a2"], told["m2"], told["n3"], told["a3"]) == ("Прыклад Алена", "1990 г.н.", "забралі з дому", "man", "about 30")
    assert (told["total"], told["named"], told["about"], told["paste"]) == ("40", "27", "yes", "") and told["words"] == TEXT
    answer = resend(client, address, looked, n1="Выдумка Янка", do="save")
    sheet = only_sheet(office)
    assert answer.status_code == 303 and answer["Location"] == reverse("sheets:show", args=[sheet.item.item.hex()])
    found = reading.sheet_lines(office, office.reader("work"), sheet.item.item)
    assert [line.row.name for line in found] == ["Выдумка Янка", "Прыклад Алена", "man"]
    words = reading.passages_by_ref(office, office.reader("work"), [found[0].passage])
    assert words[found[0].passage].text == "1. Выдумка Іван, 34, Мінск — 24.23", "the words stay as they were pasted"
    shown = client.get(answer["Location"]).content.decode()
    assert texts().say("sheets.saved", "en", count=3) in shown and "Выдумка Янка" in shown


def test_saving_with_text_in_the_box_reads_it_first(client: Client, office: Desk) -> None:
    looked = send(client, reverse("sheets:new"), **HEADER, paste="Jan Prykladny, 19", do="save")
    assert looked.status_code == 200 and data_of(looked.content.decode())["n1"] == "Jan Prykladny"
    assert reading.sheets(office, office.reader("work")) == []


def test_a_second_text_goes_below_the_first(client: Client, office: Desk) -> None:
    address = reverse("sheets:new")
    first = send(client, address, **HEADER, paste="Jan Prykladny, 19\r\nabout 5, 1 of them named", do="read").content.decode()
    second = resend(client, address, first, paste="Ganna Vydumka", do="read").content.decode()
    assert [data_of(second)[name] for name in ("n1", "n2", "total")] == ["Jan Prykladny", "Ganna Vydumka", "5"]
    assert resend(client, address, second, do="save").status_code == 303
    found = reading.sheet_lines(office, office.reader("work"), only_sheet(office).item.item)
    words = reading.passages_by_ref(office, office.reader("work"), [line.passage for line in found])
    assert [words[line.passage].text for line in found] == ["Jan Prykladny, 19", "Ganna Vydumka"]


def test_lines_are_typed_without_script_and_grow(client: Client, office: Desk) -> None:
    address = reverse("sheets:new")
    grown = send(client, address, **HEADER, n1="Jan Prykladny", n8="woman", a8="~50", do="more").content.decode()
    told = data_of(grown)
    assert told["rows"] == "30" and told["n1"] == "Jan Prykladny" and told["n30"] == ""
    assert re.search(r"name=\"n11\"[^>]* autofocus", grown)
    assert resend(client, address, grown, n30="Ganna Vydumka", do="save").status_code == 303
    found = reading.sheet_lines(office, office.reader("work"), only_sheet(office).item.item)
    assert [(line.number, line.row.name, line.named) for line in found] == [
        (1, "Jan Prykladny", True),
        (2, "woman", False),
        (3, "Ganna Vydumka", True),
    ]


def test_wrong_lines_are_marked_and_nothing_is_lost(client: Client, office: Desk) -> None:
    address = reverse("sheets:new")
    sent = {"n1": "Jan Prykladny", "a1": "many", "m1": "said so", "n2": "Ganna Vydumka", "a3": "34", "remark": "Rain.\n\nCold."}
    answer = send(client, address, **(HEADER | {"day": "soon", "source": ""}), **sent, do="save")
    text = answer.content.decode()
    assert answer.status_code == 422
    for key in ("daysheets.day", "daysheets.source", "daysheet.age", "daysheet.name"):
        assert texts().say(f"errors.{key}", "en").split("“")[0] in unescape(text), key
    assert {name: data_of(text)[name] for name in sent} == sent and data_of(text)["day"] == "soon"
    assert 'value="as_is"' not in text, "a line without anybody in it cannot be kept"
    mended = resend(client, address, text, **HEADER, n3="man", do="save")
    assert mended.status_code == 422 and 'value="as_is"' in mended.content.decode()
    assert resend(client, address, mended.content.decode(), do="as_is").status_code == 303
    first = reading.sheet_lines(office, office.reader("work"), only_sheet(office).item.item)[0]
    assert (first.row.age, first.row.remark) == ("", "said so; many")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole(client: Client, office: Desk, language: str) -> None:
    made, wish = save(office), {"accept-language": language}
    line = lines(office, made)[2].item.item.hex()
    addresses = [
        reverse("sheets:list"),
        reverse("sheets:new"),
        reverse("sheets:show", args=[made.sheet.hex()]),
        reverse("sheets:line", args=[line]),
        reverse("sheets:dossier", args=[made.dossier.hex()]),
        reverse("sheets:new_here", args=[made.dossier.hex()]),
    ]
    for address in addresses:
        check(client.get(address, headers=wish).content.decode(), language)
    wrong = send(client, reverse("sheets:new"), n1="Z", a1="?", m2="x", total="x", do="save")
    check(wrong.content.decode(), "en")
    check(send(client, reverse("sheets:line", args=[line]), "", name="", age="?").content.decode(), "en")


def test_the_largest_table_fits_a_page(client: Client) -> None:
    text = "\n".join(
        f"{n}. Прыкладны-Выдуманы Іван Пятровіч, {20 + n % 60}, Гомель — 24.23, забралі з працы разам з калегамі" for n in range(1, MOST_ROWS + 1)
    )
    answer = send(client, reverse("sheets:new"), **HEADER, paste=text, do="read")
    assert data_of(answer.content.decode())[f"n{MOST_ROWS}"] == "Прыкладны-Выдуманы Іван Пятровіч"
    assert len(answer.content) <= LARGEST_PAGE
    more = send(client, reverse("sheets:new"), **HEADER, paste=text + "\n61. Vydumka", do="read")
    assert more.status_code == 422 and data_of(more.content.decode())["paste"] == text + "\n61. Vydumka", "the whole text stays in the box"


def test_a_sheet_of_many_lines_is_shown_in_parts(client: Client, office: Desk) -> None:
    made = save(office, 45)
    text = client.get(reverse("sheets:show", args=[made.sheet.hex()])).content.decode()
    assert text.count("data-row") == 40 and len(text.encode()) <= LARGEST_PAGE
    rest = client.get(reverse("sheets:show", args=[made.sheet.hex()]) + "?page=2").content.decode()
    assert rest.count("data-row") == 5


def test_an_existing_dossier_takes_a_sheet_and_one_of_another_kind_does_not(client: Client, office: Desk) -> None:
    group = dossiers.new_dossier(office, "G-1", "Pryklad", "group")
    person = dossiers.new_dossier(office, "P-1", "Pryklad", "person", "Z")
    assert send(client, reverse("sheets:new_here", args=[group.hex()]), **HEADER, n1="Jan Prykladny").status_code == 303
    assert only_sheet(office).item.dossier == group
    answer = send(client, reverse("sheets:new"), **HEADER, n1="Jan Prykladny", home=person.hex())
    assert answer.status_code == 422 and texts().say("errors.daysheets.no_group", "en") in answer.content.decode()
    taken = send(client, reverse("sheets:new"), **HEADER, n1="Jan Prykladny", code="g-1")
    assert taken.status_code == 422 and data_of(taken.content.decode())["code"] == "g-1"
    around = client.get(reverse("around:dossier", args=[group.hex()])).content.decode()
    assert reverse("sheets:dossier", args=[group.hex()]) in around
    assert reverse("sheets:dossier", args=[person.hex()]) not in client.get(reverse("around:dossier", args=[person.hex()])).content.decode()


def test_the_next_sheet_of_a_dossier_begins_with_what_the_last_one_had(client: Client, office: Desk) -> None:
    made = save(office)
    told = data_of(client.get(reverse("sheets:new_here", args=[made.dossier.hex()])).content.decode())
    assert {name: told[name] for name in ("place", "agency", "source")} == {"place": "Мінск", "agency": "АМАП", "source": "Hatka"}
    assert told["home"] == made.dossier.hex() and told["day"] == "2026-11-25", "the day is today's, not the last one's"
    listed = client.get(reverse("sheets:list")).content.decode()
    assert re.search(r'data-label="Listed">3</td><td data-label="How many we were told">about 40', listed)


def test_a_line_is_corrected_named_and_struck_out(client: Client, office: Desk) -> None:
    made = save(office)
    third = reverse("sheets:line", args=[lines(office, made)[2].item.item.hex()])
    assert texts().say("sheets.name_or_correct", "en") in client.get(third).content.decode()
    assert send(client, third, "", name="Пётр Выдумка").status_code == 303
    assert lines(office, made)[2].named
    first = lines(office, made)[0].item.item.hex()
    address = reverse("sheets:line", args=[first])
    taken = send(client, address, address, article="")
    assert taken.status_code == 422 and texts().say("errors.verify.reason", "en") in unescape(taken.content.decode())
    assert send(client, address, address, article="", reason="Not said").status_code == 303
    strike = reverse("sheets:strike", args=[first])
    assert send(client, address, strike, reason="").status_code == 422
    assert send(client, address, strike, reason="Somebody else").status_code == 303
    text = client.get(address).content.decode()
    assert "Somebody else" in text and not [form for form in casework.forms(text) if form["action"] == strike]
    assert client.post(strike, {"csrfmiddlewaretoken": data_token(client)}).status_code == 422


def data_token(client: Client) -> str:
    return str(casework.forms(client.get("/help").content.decode())[0]["data"]["csrfmiddlewaretoken"][0])


def test_a_sheet_is_taken_back(client: Client, office: Desk) -> None:
    made = save(office)
    address, undo = reverse("sheets:show", args=[made.sheet.hex()]), reverse("sheets:undo", args=[made.sheet.hex()])
    assert send(client, address, undo).status_code == 303
    text = client.get(address).content.decode()
    assert texts().say("sheets.undone_means", "en") in text and undo not in text
    late = client.post(undo, {"csrfmiddlewaretoken": data_token(client)})
    assert late.status_code == 422 and texts().say("errors.daysheets.undo_late", "en") in late.content.decode()


def test_namesakes_and_news_are_shown(client: Client, office: Desk) -> None:
    first, second = save(office), save(office)
    text = client.get(reverse("sheets:show", args=[second.sheet.hex()])).content.decode()
    assert texts().say("sheets.maybe", "en") in text and reverse("people:person", args=[lines(office, first)[0].entity.hex()]) in text
    assert texts().say("sheets.waiting_count", "en", count=3) in text and "27 November 2026" in text
    page = client.get(reverse("sheets:line", args=[lines(office, second)[0].item.item.hex()])).content.decode()
    assert "D-2026-11-24" in page and texts().say("sheets.no_news_yet", "en") in page


def test_hostile_cells_stay_words(client: Client, office: Desk) -> None:
    script = "<script>alert(1)</script>\"'"
    assert send(client, reverse("sheets:new"), **HEADER, n1='=HYPERLINK("http://a.invalid")', m1=script, n2="@SUM(1)").status_code == 303
    text = client.get(reverse("sheets:show", args=[only_sheet(office).item.item.hex()])).content.decode()
    check(text, "en")
    assert "<script>alert" not in text and "=HYPERLINK(&quot;http://a.invalid&quot;)" in text


def test_broken_requests_are_no_fault_of_ours(client: Client, office: Desk) -> None:
    token = {"csrfmiddlewaretoken": data_token(client)}
    for sent in (
        {"rows": "x" * 99},
        {"rows": "99999", "n60": "Z", "s60": "9:1"},
        {"s1": "5:2", "n1": "Z"},
        {"home": "zz"},
        {"counted": "1:2:3"},
        {"do": "?"},
    ):
        assert client.post(reverse("sheets:new"), token | sent).status_code in (404, 422), sent
    assert client.get(reverse("sheets:show", args=["ab" * 16])).status_code == 404
    assert re.search("</html>", client.get(reverse("sheets:new")).content.decode())


def test_own_and_others(two_desks: tuple[Desk, Desk], carry: Callable[..., Any]) -> None:
    """Every address of the section, at the desk that holds the dossier and at one that does not."""
    author, stranger = two_desks
    casework.open_identities(author)
    made = save(author)
    line = lines(author, made)[0].item.item.hex()
    carry(author, stranger)
    stranger.store.run("DELETE FROM db_compartmentkey WHERE compartment IN (SELECT compartment FROM db_compartment WHERE dossier <> %s)", (b"",))
    places = [(name, [made.sheet.hex()]) for name in ("sheets:show", "sheets:undo")]
    places += [(name, [line]) for name in ("sheets:line", "sheets:strike")]
    places += [(name, [made.dossier.hex()]) for name in ("sheets:dossier", "sheets:new_here")]
    posted, shown = {"sheets:undo", "sheets:strike"}, {"sheets:show", "sheets:dossier"}
    for desk, expected in ((stranger, {404}), (author, {200, 303, 422})):
        with browsing(desk) as client:
            token = {"csrfmiddlewaretoken": data_token(client)}
            for name, ids in places:
                address = reverse(name, args=ids)
                assert client.get(address).status_code in ({405} if name in posted else expected), name
                assert client.post(address, token).status_code in ({405} if name in shown else expected), name
            if desk is stranger:
                text = client.get(reverse("sheets:list")).content.decode()
                assert "Мінск" not in text and "D-2026" not in text
                assert client.post(reverse("sheets:new"), token | HEADER | {"n1": "Z", "home": made.dossier.hex()}).status_code == 404
