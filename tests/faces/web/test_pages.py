"""Every page of every section that needs no argument, in three languages: landmarks, labels, size, nothing foreign, nothing inline."""

import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest
from django.test import Client

from letapis.core.errors import NotFound
from letapis.core.language import LANGUAGES
from letapis.faces.texts import texts
from letapis.faces.web.navigation import Link, entries, navigation, sections
from letapis.faces.web.pages import is_reference, reference
from letapis.faces.web.running import Running, serving

LARGEST_PAGE = 60 * 1024
STATIC = files("letapis.faces.web") / "static"


class Page(HTMLParser):
    """What a page is made of: its tags with attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def check(text: str, language: str) -> None:
    """What holds for every page of the desk, those of other sections included."""
    page = Page(text)
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("h1")) == 1 and len(page.all("main")) == 1 and page.all("main")[0]["id"] == "main"
    assert page.all("a")[0]["href"] == "#main", "the skip link comes first"
    assert not page.all("iframe", "object", "embed", "base", "style", "link rel=preload")
    assert all(one.get("class") in ("picture", "key") for one in page.all("svg")), "a drawing is made by our own templates, of counts and days"
    assert not page.all("use", "image", "foreignobject", "animate", "set")
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in ("href", "src", "action", "poster", "formaction"):
            assert not re.match(r"[a-z]+:|//", attributes.get(name, ""), re.IGNORECASE), attributes[name]
    ours = {f"/look/{name}.js" for name in ("boxes", "desk", "keep", "moment", "watch", "words")}
    assert {attributes["src"] for attributes in page.all("script")} <= ours
    for form in page.all("form"):
        assert form.get("method") in ("post", "get")
    labelled = {attributes.get("for") for attributes in page.all("label")}
    for tag, attributes in page.tags:
        if tag in ("input", "select", "textarea") and attributes.get("type") not in ("hidden", "submit", "radio", "checkbox"):
            assert attributes.get("id") in labelled or attributes.get("aria-label") or attributes.get("aria-labelledby"), attributes
    for picture in page.all("img"):
        assert "alt" in picture
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels)), "no level of heading is skipped"
    assert len(text.encode()) <= LARGEST_PAGE


@pytest.mark.parametrize("language", LANGUAGES)
def test_shell_pages_are_whole(inside: Client, client: Client, run: Running, language: str) -> None:
    wish = {"accept-language": language}
    check(inside.get("/help", headers=wish).content.decode(), language)
    check(inside.get("/no-such-page", headers=wish).content.decode(), language)
    link = run.door.new_link().removeprefix(run.door.origin)
    check(client.get(link, headers=wish).content.decode(), language)


def test_a_page_works_and_says_everything_without_script(inside: Client) -> None:
    """Buttons are in forms, and nothing waits for a script to be shown."""
    text = inside.get("/help").content.decode()
    assert "<noscript" not in text and "hidden>" not in text


def test_practice_workspaces_are_marked(inside: Client, run: Running) -> None:
    marking = texts().say("web.invented", "en")
    assert marking not in inside.get("/help").content.decode()
    with serving(Running(run.desk, run.door, run.seal, invented=True)):
        assert marking in inside.get("/help").content.decode()


def test_titles_and_addresses_say_nothing_of_the_record(inside: Client) -> None:
    assert re.search(r"<title>Help · letapis</title>", inside.get("/help").content.decode())


def test_the_menu_marks_where_we_are(inside: Client) -> None:
    text = inside.get("/help").content.decode()
    assert text.count('aria-current="page"') == 1
    assert [link for link in navigation("/help") if link.here] == [Link("help.title", "/help", True)]
    assert not [link for link in navigation("/helpless") if link.here]


def test_every_menu_entry_is_a_text_in_three_languages() -> None:
    assert entries() and all(entry.key in texts() for entry in entries())


def test_no_section_hides_an_address_of_another() -> None:
    routes = [str(pattern.pattern) for section in sections() for pattern in section.urlpatterns]
    assert len(routes) == len(set(routes))


def test_every_view_says_which_methods_it_takes_or_is_read_only(inside: Client) -> None:
    """A change by GET would be a hole: the pages that exist answer HEAD like GET, and POST only where a form posts."""
    assert inside.head("/help").status_code == 200
    assert inside.head("/help").content == b""


@pytest.mark.parametrize(
    "name, kind",
    [("app.css", "text/css"), ("picture.css", "text/css"), ("desk.js", "text/javascript"), ("keep.js", "text/javascript"), ("icon.png", "image/png")],
)
def test_the_look_is_served_to_anyone(client: Client, name: str, kind: str) -> None:
    answer = client.get(f"/look/{name}")
    assert answer.status_code == 200 and answer["Content-Type"].startswith(kind)
    assert answer.content == (STATIC / name).read_bytes()


@pytest.mark.parametrize("name", ["settings.py", "..", "app.css/..", "%2e%2e%2fsettings.py", "APP.CSS", "app.css\x00"])
def test_nothing_else_of_the_program_is_served(client: Client, name: str) -> None:
    assert client.get(f"/look/{name}").status_code == 404


def test_the_look_is_small_and_asks_nobody() -> None:
    style, script = (STATIC / "app.css").read_text("utf-8"), (STATIC / "desk.js").read_text("utf-8")
    assert len(style.encode()) <= 15 * 1024 and len(script.encode()) <= 6 * 1024
    assert not re.search(r"url\(|@import|@font-face|https?:", style)
    assert not re.search(r"fetch|XMLHttpRequest|WebSocket|sendBeacon|localStorage|sessionStorage|indexedDB|eval|innerHTML|https?:|import\(", script)


def test_the_script_that_counts_words_only_counts() -> None:
    script = (STATIC / "words.js").read_text("utf-8")
    assert len(script.encode()) <= 1024
    assert not re.search(r"fetch|XMLHttpRequest|WebSocket|sendBeacon|localStorage|sessionStorage|indexedDB|eval|innerHTML|https?:|import\(", script)


def test_the_script_that_keeps_words_speaks_to_one_address() -> None:
    script = (STATIC / "keep.js").read_text("utf-8")
    assert len(script.encode()) <= 2 * 1024
    assert re.findall(r"fetch\(([^,]+)", script) == ['"/kept"']
    assert not re.search(r"XMLHttpRequest|WebSocket|sendBeacon|localStorage|sessionStorage|indexedDB|eval|innerHTML|https?:|import\(", script)


def test_the_script_that_watches_long_work_asks_the_address_on_its_page() -> None:
    script = (STATIC / "watch.js").read_text("utf-8")
    assert len(script.encode()) <= 1024
    assert re.findall(r"fetch\(([^)]+)", script) == ["place.dataset.far"]
    assert not re.search(r"XMLHttpRequest|WebSocket|sendBeacon|localStorage|sessionStorage|indexedDB|eval|innerHTML|https?:|import\(", script)


def test_the_style_has_print_dark_and_focus() -> None:
    style = (STATIC / "app.css").read_text("utf-8")
    assert "@media print" in style and "prefers-color-scheme: dark" in style and ":focus-visible" in style


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    "ink, ground",
    [("ink", "paper"), ("soft", "paper"), ("soft", "card"), ("soft", "tint"), ("link", "paper"), ("link", "card"), ("link", "tint"),
     ("mark", "card"), ("paper", "mark"), ("good", "good-tint"), ("warn", "warn-tint"), ("bad", "bad-tint"), ("bad", "paper"), ("bad", "card")],
)  # fmt: skip
def test_text_stands_out_from_its_ground(mode: int, ink: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: contrast of at least 4.5 in both modes."""
    style = (STATIC / "app.css").read_text("utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", style.split(":root")[mode + 1]))
    bright, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("text", ["", "ab", "z" * 64, "AB" * 32, "ab" * 33, "é" * 64, "ab" * 31 + " b"])
def test_a_reference_that_is_none_is_not_found(text: str) -> None:
    assert not is_reference(text)
    with pytest.raises(NotFound):
        reference(text)
    assert is_reference("0f" * 32) and reference("0f" * 32) == b"\x0f" * 32
