"""What stands on the pages, what never does, and that an incremental build leaves the bytes of a whole one."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from operator import itemgetter
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.faces.public.history import histories, later, with_value
from tests.public import published_of

from letapis.core.errors import Refused, UsageError
from letapis.core.language import LANGUAGES
from letapis.core.overlay import Overlay
from letapis.core.public_series import series
from letapis.core.published import Card, CardValue, Entry, Published, Statement, decode, encode
from letapis.engines.catalogue import Catalogue, catalogue
from letapis.faces.public import lists, name_index, parts, person_page, plan
from letapis.faces.public.build import STAMP, Built, write_site
from letapis.faces.public.parts import Cut, cut, parted, span
from letapis.faces.texts import texts

Build = Callable[..., Built]
HOSTILE = "<script>alert(1)</script>\u202eevil\u202c =cmd()|'/C calc'!A0 \x00 \"'&amp;"
VOID = {"meta", "link", "img"}
NUMBERS = st.binary(min_size=8, max_size=8).map(bytes.hex)
BY_MARK = Cut[str](100, 1_000, lambda one: 1, str, str, lambda first, last: (first, last))


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def text_of(folder: Path, path: str) -> str:
    return (folder / path).read_text("utf-8")


class Tags(HTMLParser):
    """Every element with its attributes; complains of one that is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(page: bytes) -> Tags:
    parser = Tags()
    parser.feed(page.decode())
    assert not parser.open
    return parser


def test_every_page_is_whole_asks_nobody_and_leads_somewhere(build: Build, tmp_path: Path) -> None:
    built = build(published_of(12))
    found = files_of(tmp_path / "site")
    pages = {path: content for path, content in found.items() if path.endswith(".html")}
    assert built.pages == len(pages) and built.bytes == sum(map(len, found.values())) - len(found["site-build.json"])
    for path, content in pages.items():
        for tag, attributes in tags(content).found:
            assert tag not in {"script", "svg", "style", "iframe", "form"} and "style" not in attributes, path
            assert not [name for name in attributes if name.startswith("on")]
            for name in ("href", "src"):
                target = attributes.get(name)
                if target and not target.startswith(("mailto:", "#")):
                    there = PurePosixPath(path).parent / target if not target.startswith("/") else PurePosixPath(target[1:])
                    assert str(Path("/", there).resolve())[1:] in found, f"{path}: {target}"
        (title,) = re.findall(r"<title>(.*?)</title>", content.decode())
        assert "&lt;" not in title and "&amp;amp;" not in title, path  # the name of a person, and none of the markup around it
        assert b"default-src 'none'" in content.replace(b"&#39;", b"'") and b'content="no-referrer"' in content
    assert len(found["site.css"]) <= 10_240 and b"prefers-color-scheme: dark" in found["site.css"] and b"@media print" in found["site.css"]
    assert b"url(" not in found["site.css"] and b"@import" not in found["site.css"]
    assert b"frame-ancestors 'none'" in found["_headers"]


def test_lists_and_persons_come_over_a_slow_link(build: Build, tmp_path: Path) -> None:
    build(published_of(260))
    found = files_of(tmp_path / "site")
    assert max(len(content) for path, content in found.items() if "/p/" in path) <= 30_000
    assert max(len(content) for path, content in found.items() if path.endswith(".html")) <= 60_000


def test_who_is_not_named_is_counted_and_nowhere_else(build: Build, tmp_path: Path) -> None:
    published = published_of(60)
    build(published)
    found = files_of(tmp_path / "site")
    for entry in published.entries:
        short = entry.card.card[:16]
        for language in LANGUAGES:
            assert (f"{language}/p/{short}.html" in found) == entry.card.named
        if not entry.card.named:
            assert not [path for path, content in found.items() if short.encode() in content]
    front = text_of(tmp_path / "site", "en/index.html")
    assert re.search(r"In custody now, at least:</p><p class=\"count\"><strong>5\d</strong>", front) and "As of 20 November 2026" in front
    assert "counted here and not named" in front


def test_a_name_is_found_under_its_letter_in_every_alphabet(build: Build, tmp_path: Path) -> None:
    build(published_of(30))
    site = tmp_path / "site"
    for letter, form in (("I", "Ivan Vydumka"), ("І", "Іван Выдумка"), ("И", "Иван Выдумка"), ("V", "Ivan Vydumka"), ("В", "Іван Выдумка")):
        for language in LANGUAGES:
            assert form in text_of(site, f"{language}/names/{ord(letter):04x}.html")
    assert 'href="0406.html"' in text_of(site, "en/names/index.html")


def words_of_article(entry: Entry, language: str) -> str:
    """The title of the article on a card, as the list of the code has it."""
    number = entry.card.first("article").removeprefix("CC1999 ").partition("(")[0]
    return str(catalogue().reference["criminal-code"].entries[number].label[language])


def test_a_person_has_everything_that_is_public_and_its_day(build: Build, tmp_path: Path) -> None:
    published, publication = published_of(9), catalogue().publication
    values = [CardValue("write_to", "ik-3"), CardValue("about", "Plays the invented flute", "en"), CardValue("judge", "Vydumka A.")]
    values += [CardValue("terrorist_list", "yes"), CardValue("profession", "teacher", "en"), CardValue("court", "supreme")]
    entry = with_value(next(one for one in published.entries if one.card.named), *values)
    published = replace(published, entries=(entry,))
    build(published)
    for language, said in (("en", "Supreme Court"), ("be", "Вярхоўны Суд"), ("ru", "Верховный Суд")):
        page = unescape(text_of(tmp_path / "site", f"{language}/p/{entry.card.card[:16]}.html"))
        assert all(part in page for part in (said, words_of_article(entry, language), "Vydumka A.", "flute", "211322", 'class="months"'))
        assert not [one.field for one in entry.card.values if one.field != "name" and publication.fields[one.field].label[language] not in page]


def test_a_form_of_a_name_stands_once(build: Build, tmp_path: Path) -> None:
    entry = next(one for one in published_of(9).entries if one.card.named)
    names = (CardValue("name", "Vydumka Kanstanty", "en"), CardValue("name", "Янка Прыклад", "be"), CardValue("name", "Янка Прыклад", "ru"))
    card = replace(entry.card, values=tuple(sorted((*(one for one in entry.card.values if one.field != "name"), *names))))
    build(replace(published_of(1), entries=(replace(entry, card=card),)))
    assert text_of(tmp_path / "site", f"en/p/{card.card[:16]}.html").count("Янка Прыклад") == 1


def test_where_nobody_is_named_yet_the_pages_say_so(build: Build, tmp_path: Path) -> None:
    build(published_of(0))
    for page in ("list/index", "names/index"):
        told = text_of(tmp_path / "site", f"en/{page}.html")
        assert texts().say("site.list.nobody", "en") in told and "<h2>" not in told
    assert texts().say("site.front.held", "en") not in text_of(tmp_path / "site", "en/index.html"), "no lead to a number that is not there"


def test_hostile_words_are_words(build: Build, tmp_path: Path) -> None:
    published = published_of(12)
    fields = [one for one in catalogue().publication.fields if one != "photo"]
    entry = next(one for one in published.entries if one.card.named)
    spoiled = with_value(entry, *(CardValue(field, HOSTILE, "en", HOSTILE, HOSTILE, HOSTILE) for field in fields))
    told = {"en": HOSTILE}, {"be": HOSTILE}, f"javascript:{HOSTILE}"
    statement = Statement(entry.card.first("statement"), "2026-11-20", HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), *told)
    others = tuple(one for one in published.statements if one.statement != statement.statement)
    entries = tuple(spoiled if one is entry else one for one in published.entries)
    build(replace(published, entries=entries, statements=(statement, *others), organisation=HOSTILE))
    for path, content in files_of(tmp_path / "site").items():
        text = content.decode()
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f]", text) and "\x00" not in text, path
        if path.endswith(".html"):
            assert not {"script"} & {tag for tag, _ in tags(content).found}
            assert not [a for _, attributes in tags(content).found if (a := attributes.get("href") or "").lower().startswith("javascript")]
        if path.endswith(".xml"):
            ElementTree.fromstring(text)
    assert "[U+202E]" in text_of(tmp_path / "site", f"en/p/{entry.card.card[:16]}.html")


def test_nothing_appears_that_is_not_in_the_snapshot(build: Build, tmp_path: Path) -> None:
    published = published_of(20)
    build(published, address="https://list.example", contact="list@example.org")
    everything = b"".join(files_of(tmp_path / "site").values())
    assert not [one for one in published.entries if one.salt.encode() in everything or one.card.card.encode() in everything]
    assert not [one for one in published.changes if one.digest.encode() in everything]


def test_a_card_that_goes_is_gone_everywhere(build: Build, tmp_path: Path) -> None:
    before = published_of(30)
    gone = next(one for one in before.entries if one.card.named)
    name = gone.card.first("name", "en")
    build(before)
    after = later(before, [one for one in before.entries if one is not gone])
    built = build(after, before=before)
    found = files_of(tmp_path / "site")
    assert f"en/p/{gone.card.card[:16]}.html" in built.changed
    assert not [path for path, content in found.items() if gone.card.card[:16].encode() in content or f">{name}<".encode() in content]
    assert "taken off the list: For the person&#39;s safety" in text_of(tmp_path / "site", "en/changes.html")
    assert "Perhaps a page stood here once" in text_of(tmp_path / "site", "404.html")


def small_pages(patch: pytest.MonkeyPatch) -> None:
    """So few on a page that a few people have several pages of every list."""
    patch.setattr(lists, "ROWS", 3)
    patch.setattr(lists, "NAMES", 3)
    patch.setattr(name_index, "_CUT", replace(name_index._CUT, size=3))
    patch.setattr(parts, "_FEW", 1)
    patch.setattr(parts, "_ENDS", "60")


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_what_is_written_over_the_build_before_is_what_is_written_anew(tmp_path_factory: pytest.TempPathFactory, history: list[Published]) -> None:
    folder = tmp_path_factory.mktemp("sites")
    more = {"address": "https://list.example", "contact": "list@example.org"}
    with pytest.MonkeyPatch.context() as patch:
        small_pages(patch)
        for at, (before, published) in enumerate(zip([None, *history], history, strict=False)):
            photos = {"a" * 64: b"\xff\xd8picture"} if at else {}
            kept = decode(encode(before)) if before is not None else None  # as a snapshot is read from where it is kept
            incremental = write_site(published, folder / "one", catalogue(), before=kept, photos=photos, **more)
            whole = write_site(published, folder / f"whole-{at}", catalogue(), photos=photos, **more)
            assert files_of(folder / "one") == files_of(folder / f"whole-{at}")
            assert (incremental.pages, incremental.bytes) == (whole.pages, whole.bytes)


def test_a_build_over_the_one_before_makes_few_pages(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is told of as before is not written again, on another day too, and however the snapshot before came here."""
    before, made = published_of(60), list[str]()
    build(before)
    known = person_page.person_page
    monkeypatch.setattr(plan, "person_page", lambda words, one: made.append(one.short) or known(words, one))
    build(later(before, list(before.entries)), before=decode(encode(before)))
    assert not made
    (tmp_path / "site" / "en" / "names" / "index.html").write_text("longer or shorter")
    build(later(before, list(before.entries)), before=before)
    assert len(made) == 3 * sum(one.card.named for one in before.entries)


def test_few_pages_are_written_for_few_changes(build: Build, tmp_path: Path) -> None:
    before = published_of(200)
    build(before)
    changed = [with_value(one, CardValue("interests", "ships", "en")) if at == 3 else one for at, one in enumerate(before.entries)]
    written = {path.partition("/")[2].partition("/")[0] for path in build(later(before, changed, before.day), before=before).changed}
    assert written <= {"p", "index.html", "changes.html", "changes.xml", "data.html"}


def test_where_somebody_goes_the_rest_of_the_list_stays_as_it_is() -> None:
    marks = [hashlib.sha256(str(one).encode()).hexdigest()[:16] for one in range(2_000)]
    known = {one.mark: one for one in parted(marks, BY_MARK)}
    assert [one for part in known.values() for one in part.things] == marks and len(known) > 20
    for at in (0, 700, 1_999):
        now = {one.mark: one for one in parted(marks[:at] + marks[at + 1 :], BY_MARK)}
        assert sum(known.get(mark) != one for mark, one in now.items()) <= 5 and len(known.keys() - now.keys()) <= 2


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBERS, st.sampled_from((1, 90, 500, 4_000))), unique_by=itemgetter(0), max_size=400))
def test_no_page_of_a_list_is_too_long_nor_holds_a_few(things: list[tuple[str, int]]) -> None:
    """Whatever stands in the rows: each thing once and in order, a page never over its size and its room, but for a single thing."""
    how = Cut[tuple[str, int]](100, 8_000, itemgetter(1), itemgetter(0), itemgetter(0), lambda first, last: (first[0], last[0]))
    made = parted(things, how)
    assert [one for part in made for one in part.things] == things and len({part.mark for part in made}) == len(made)
    for part in made:
        assert len(part.things) <= 100 and (sum(weight for _, weight in part.things) <= 8_000 or len(part.things) == 1)
    assert all(len(one) >= 10 for one in cut([mark for mark, _ in things], BY_MARK)[:-1])
    assert len(cut([mark for mark, _ in things], BY_MARK)[-1]) >= min(10, len(things))
    for one, following in pairwise(made):
        assert one.after == following.mark and following.before == one.mark
    assert made[0].before is None and made[-1].after is None and len(made[0].all) == (len(made) if len(made) > 1 else 0)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("Абрамовіч Іван", "Багдановіч Ян", ("Абр", "Баг")),
        ("Іваноў Андрэй", "Іваноў Пятро", ("Іваноў А", "Іваноў П")),
        ("Я", "Я", ("Я", "Я")),
        ("Ян", "Янка", ("Ян", "Янк")),
        ("Se\u0301l", "Sez", ("Se\u0301", "Sez")),
        ("x" * 80, "x" * 90, ("x" * 40, "x" * 40)),
    ],
)
def test_a_page_says_from_which_name_to_which(first: str, last: str, said: tuple[str, str]) -> None:
    assert span(first, last) == said


def test_who_goes_takes_the_address_of_a_page_along_and_moves_no_other(build: Build, tmp_path: Path) -> None:
    """Somebody with whom a page begins: nothing bears their number afterwards, and pages of others keep address and bytes."""
    before = published_of(900)
    build(before)
    there = files_of(tmp_path / "site")
    began = {path.partition("_")[2].removesuffix(".html") for path in there if path.startswith("be/list/all_")}
    gone = next(one for one in before.entries if one.card.card[:16] in began)
    built = build(later(before, [one for one in before.entries if one is not gone], before.day), before=before)
    found, short = files_of(tmp_path / "site"), gone.card.card[:16]
    assert not [path for path, content in found.items() if short in path or short.encode() in content]
    assert f"be/list/all_{short}.html" in there and any(path.endswith(f"_{short}.html") for path in built.changed)
    pages = [path for path in there if path.startswith("be/list/all")]
    assert len(pages) > 8 and sum(found.get(path) != there[path] for path in pages) <= 5


def test_every_page_of_a_list_is_reached_and_says_what_it_holds(build: Build, tmp_path: Path) -> None:
    build(published_of(900))
    found = files_of(tmp_path / "site")
    for language in LANGUAGES:
        first = text_of(tmp_path / "site", f"{language}/list/all.html")
        targets = re.findall(r'<li><a href="\.\./list/(all[^"]*)"', first.partition('id="pages"')[2])
        assert {f"{language}/list/{one}" for one in targets} == {path for path in found if path.startswith(f"{language}/list/all")}
        walked, at = list[str](), "all.html"
        while at:
            walked.append(at)
            text = text_of(tmp_path / "site", f"{language}/list/{at}")
            onwards = re.findall(r'href="\.\./list/([^"]*)" rel="next"', text)
            at = onwards[0] if onwards else targets[1] if at == "all.html" else ""
            heading = re.findall(r"<h1>(.*?)</h1>", text)[0]
            assert ("–" in heading) == (walked[-1] != "all.html")
        assert walked == targets and len(walked) > 8


def test_long_names_make_more_pages_and_no_longer_ones(build: Build, tmp_path: Path) -> None:
    known = published_of(420)
    long = tuple(with_value(one, CardValue("name", f"{number:03} {'Ўвядумачка ' * 17}", "be")) for number, one in enumerate(known.entries))
    build(replace(known, entries=long))
    found = files_of(tmp_path / "site")
    assert max(len(content) for path, content in found.items() if path.endswith(".html")) <= 60_000
    assert max(len(content) for path, content in found.items() if "/p/" in path) <= 30_000


def test_a_folder_that_somebody_touched_is_written_whole(build: Build, tmp_path: Path) -> None:
    before = published_of(10)
    build(before)
    (tmp_path / "site" / "en" / "p" / f"{next(one for one in before.entries if one.card.named).card.card[:16]}.html").unlink()
    (tmp_path / "site" / "en" / "stray.html").write_text("left")
    build(before, before=before)
    build(before, "other")
    assert files_of(tmp_path / "site") == files_of(tmp_path / "other")


def test_the_stamp_of_a_build_cannot_be_guessed_from_what_is_public(build: Build, tmp_path: Path) -> None:
    published = published_of(8)
    other = tuple(one if one.card.named else replace(one, salt="0" * 64) for one in published.entries)
    build(published)
    build(replace(published, entries=other), "other")
    one, two = files_of(tmp_path / "site"), files_of(tmp_path / "other")
    assert {path for path in one if one[path] != two[path]} == {"site-build.json"}


def test_nothing_is_written_without_a_contact_or_over_something_else(build: Build, tmp_path: Path) -> None:
    wrong = ({"contact": " "}, "site.contact"), ({"address": "list.example"}, "site.address"), ({"address": "https://a b/"}, "site.address")
    for more, code in wrong:
        with pytest.raises(UsageError) as refused:
            build(published_of(3), **more)
        assert refused.value.code == code
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(Refused) as kept:
        build(published_of(3), "mine")
    assert kept.value.code == "site.folder" and (tmp_path / "mine" / "thesis.txt").exists()
    (tmp_path / "site" / "data").mkdir(parents=True)
    (tmp_path / "site" / "data" / "persons.json").write_text("{}")
    build(published_of(3), files=("persons.json",))
    assert (tmp_path / "site" / "data" / "persons.json").exists() and "../data/persons.json" in text_of(tmp_path / "site", "en/data.html")


def test_under_an_organisations_own_rules_everything_is_written_anew(build: Build, tmp_path: Path) -> None:
    published = published_of(3)
    build(published)
    stamp = (tmp_path / "site" / STAMP).read_bytes()
    own = Catalogue(catalogue().root, Overlay("own", "1", {}))
    write_site(published, tmp_path / "site", own, "https://list.example", contact="list@example.org", before=published)
    assert (tmp_path / "site" / STAMP).read_bytes() != stamp


def test_two_cards_are_never_one_address(build: Build) -> None:
    published = published_of(2)
    twin = replace(published.entries[0], card=Card(published.entries[0].card.card[:16] + "f" * 16, published.entries[0].card.values))
    with pytest.raises(Refused) as refused:
        build(replace(published, entries=(*published.entries, twin)))
    assert refused.value.code == "site.same_address"


@pytest.mark.parametrize("ended", [CardValue("released", "2026-11-01"), CardValue("died", "yes", since="2026-10")])
def test_nobody_is_told_to_write_to_a_place_where_somebody_is_no_more(build: Build, tmp_path: Path, ended: CardValue) -> None:
    """What was said of letters while they were inside stands on the card still; the page of who was released or died asks for none."""
    one = next(one for one in published_of(20).entries if one.card.named and not one.card.all("released"))
    inside = with_value(one, CardValue("write_to", "ik-3"))
    texts_said = {language: texts().say("site.letters", language) for language in LANGUAGES}
    for entry, asks in ((inside, True), (with_value(inside, ended), False)):
        build(later(published_of(0), [entry]))
        for language, heading in texts_said.items():
            page = text_of(tmp_path / "site", f"{language}/p/{one.card.card[:16]}.html")
            assert (f"<h2>{heading}</h2>" in page) is asks and ("211322" in page) is asks
            assert entry.card.first("interests", language) in page, "what they agreed to have said of them stays"


def test_months_stand_beside_the_tables_with_a_note_where_one_changed(build: Build, tmp_path: Path) -> None:
    known = catalogue()
    then, now = replace(published_of(20), day="2022-02-15"), published_of(30)
    months = series(replace(now, day="2022-03-01"), known.publication, known.public_figures, 6, then)
    build(now, months=months)
    shown = text_of(tmp_path / "site", "be/figures.html")
    noted = [one for one in months if one.notes]
    assert noted
    assert all(one.label["be"] in shown for one in months) and all(one.notes[0]["be"] in shown for one in noted)


def test_pictures_photographs_feeds_and_birthdays(build: Build, tmp_path: Path) -> None:
    published = published_of(30)
    entry = with_value(next(one for one in published.entries if one.card.named), CardValue("photo", "a" * 64))
    published = replace(published, entries=tuple(entry if one.card.card == entry.card.card else one for one in published.entries))
    drawn = [("held.png", b"picture"), ("be/held.png", b"own"), ("be/held.txt", b'At least "5".'), ("ru/held.png", b""), ("press-pack.zip", b"")]
    drawn += [("be/table-sex.png", b"table"), ("be/table-sex.txt", b"Women: <7>.")]
    build(published, pictures=drawn, photos={"a" * 64: b"\xff\xd8face", "b" * 64: b"never"})
    found = files_of(tmp_path / "site")
    assert [path for path in found if path.startswith("photos/")] == [f"photos/{entry.card.card[:16]}.jpg"]
    assert found["pictures/held.png"] == b"picture"
    assert f"../../photos/{entry.card.card[:16]}.jpg" in text_of(tmp_path / "site", f"be/p/{entry.card.card[:16]}.html")
    assert "../pictures/held.png" in text_of(tmp_path / "site", "ru/press.html")
    press = text_of(tmp_path / "site", "be/press.html")
    assert 'alt="At least &quot;5&quot;.' in press and "../pictures/press-pack.zip" in press and "ru/held.png" not in press
    assert all(f'href="../pictures/be/{name}.txt"' in press for name in ("held", "table-sex")), "the words of a picture are taken as they are"
    assert press.count("<img") == 1 and "be/table-sex.png" in press, "without script all that is shown is fetched at once"
    assert '<p class="quiet">Women: &lt;7&gt;.</p>' in press, "each of the others says in words what it shows"
    for language in LANGUAGES:
        feed = ElementTree.fromstring(text_of(tmp_path / "site", f"{language}/changes.xml"))
        entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
        assert len(entries) == 30 and len({one.findtext("{http://www.w3.org/2005/Atom}id") for one in entries}) == 30
    calendar = found["be/birthdays.ics"].decode()
    assert calendar.count("BEGIN:VEVENT") == sum(one.card.named and not one.card.all("released") for one in published.entries)
