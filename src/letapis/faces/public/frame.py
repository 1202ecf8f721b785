"""The frame of every page: what a browser may do, the way in, the languages, the way back. Addresses are relative, so that a copy works anywhere."""

from typing import Final

from letapis.core.language import LANGUAGES
from letapis.faces.public.html import Html, el, escaped, link, many, untagged, void
from letapis.faces.public.words import Words

POLICY: Final = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
OWN_NAMES: Final = {"en": "English", "be": "Беларуская", "ru": "Русский"}
MENU: Final = (
    ("list", "list/index.html"),
    ("names", "names/index.html"),
    ("places", "places/index.html"),
    ("figures", "figures.html"),
    ("changes", "changes.html"),
)
_FOOT: Final = (
    ("statements", "statements/index.html"),
    ("rules", "how-we-count.html"),
    ("birthdays", "birthdays.html"),
    ("data", "data.html"),
    ("press", "press.html"),
    ("corrections", "corrections.html"),
    ("feed", "changes.xml"),
)
_TARGETS: Final = frozenset(target for _, target in MENU)


def page(words: Words, path: str, title: str, *inside: str, lead: str = "", other: str = "") -> bytes:
    """A whole page. ``path`` is told from the folder of the language; ``other``: of a page that no other language has, the one that stands for
    it there."""
    up = "../" * path.count("/")
    main = el("main", el("h1", title), *((el("p", lead, class_="lead"),) if lead else ()), *inside, id="main", tabindex="-1")
    body = el("body", _skip(words), _top(words, path, up, other), main, words.once(_foot, up))
    more = _alternates(words, path, up, other)
    return whole(words.language, title, body, f"{up}../site.css", words.constant.organisation, more, f"{up}changes.xml")


def whole(language: str, title: str, body: Html, style: str, organisation: str, more: str = "", feed: str = "") -> bytes:
    """A document from its body."""
    head = [
        Html('<meta charset="utf-8">'),
        void("meta", http_equiv="Content-Security-Policy", content=POLICY),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'),
        Html('<meta name="robots" content="noarchive"><meta name="color-scheme" content="light dark">'),
        el("title", untagged(title), " – ", organisation),
        void("link", rel="stylesheet", href=style),
        *((void("link", rel="alternate", type="application/atom+xml", href=feed),) if feed else ()),
        more,
    ]
    return f'<!DOCTYPE html>\n<html lang="{language}"><head>{many(head)}</head>{body}</html>\n'.encode()


def to(path: str, target: str) -> str:
    """The relative address of ``target`` on the page ``path``, both told from the folder of the language."""
    return "../" * path.count("/") + target


def _skip(words: Words) -> Html:
    return link("#main", words.say("skip"), class_="skip")


def _top(words: Words, path: str, up: str, other: str) -> Html:
    return Html(f"<header>{words.once(_menu, up, path if path in _TARGETS else '')}{_tongues(words, path, up, other)}</header>")


def _menu(words: Words, up: str, current: str) -> Html:
    """The name of the organisation and the ways into the site; the page one is on is marked."""
    lines = [(target, words.say(f"menu.{name}"), "page" if target == current else None) for name, target in MENU]
    items = [el("li", link(up + target, text, aria_current=here)) for target, text, here in lines]
    home = el("p", link(f"{up}index.html", words.constant.organisation), class_="mark")
    return Html(home + el("nav", el("ul", *items), aria_label=words.say("menu")))


def _tongues(words: Words, path: str, up: str, other: str) -> Html:
    told = []
    for one in LANGUAGES:
        current = ' aria-current="true"' if one == words.language else ""
        there = escaped(f"{up}../{one}/{path if one == words.language else other or path}")
        told.append(f'<li><a href="{there}" lang="{one}" hreflang="{one}"{current}>{OWN_NAMES[one]}</a></li>')
    return Html(f'<nav class="tongues" aria-label="{words.say("tongues")}"><ul>{"".join(told)}</ul></nav>')


def _foot(words: Words, up: str) -> Html:
    items = [el("li", link(up + target, words.say(f"menu.{name}"))) for name, target in _FOOT]
    return el("footer", el("nav", el("ul", *items), aria_label=words.say("more")), el("p", words.say("foot")))


def _alternates(words: Words, path: str, up: str, other: str) -> Html:
    if other:
        return Html()
    return many(void("link", rel="alternate", hreflang=one, href=f"{up}../{one}/{path}") for one in LANGUAGES if one != words.language)


def contact(words: Words) -> Html:
    """Where the public writes to: a mailbox as a link, anything else as it stands."""
    told = words.constant.contact
    return link(f"mailto:{told}", told) if "@" in told and " " not in told and "/" not in told else escaped(told)
