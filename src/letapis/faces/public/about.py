"""Pages about the list: how it is counted, its figures, its data, pictures for the press, corrections, the page for what is not there."""

from collections.abc import Iterable, Mapping
from typing import Final

from letapis.core.card_numbers import LEAST_DAYS, MOST_DAYS
from letapis.core.public_series import Series
from letapis.core.public_statistics import Table, Tables
from letapis.core.published import Figure
from letapis.faces.public.frame import OWN_NAMES, contact, page, whole
from letapis.faces.public.html import Html, el, escaped, link, many, rows, table, void
from letapis.faces.public.words import Words

_CHECK: Final = "python3 -I -S verify.py --published OLD NEW --policy policy.txt"
_SHOWN: Final = "held.png"


def rules_page(words: Words) -> bytes:
    """Every rule by which something is counted or becomes public, from the tables that the program itself follows."""
    known, language = words.constant.catalogue, words.language
    publication, figures = known.publication, known.public_figures
    read = {"day": words.say("rules.its_day"), "small": str(publication.small)}
    reading = [figures.words[one][language].format(**read) for one in ("at_least", "small", "restated_why")]
    rules = [(one.label[language], one.definition[language]) for one in figures.figures.values()]
    rules += [(one.label[language], one.definition[language]) for one in figures.tables.values()]
    own = [(one.label[language], one.definition[language]) for one in known.figures.rules.values()]
    gate = [words.say("rules.approvals", count=publication.approvals), words.say("rules.fresh", days=publication.fresh_days)]
    fields = [(one.label[language], _conditions(words, one.id)) for one in publication.fields.values()]
    later = words.say("rules.later", least=LEAST_DAYS, most=MOST_DAYS)
    grounds = known.reference["recognition-grounds"].entries.values()
    parts = [
        _headed(words, "rules.list", rows(rules)),
        _headed(words, "rules.reading", _bullets((*reading, words.say("rules.persons"), words.say("rules.unnamed"), later, words.say("rules.day")))),
        _headed(words, "rules.figures", rows(own)),
        _headed(words, "rules.grounds", rows((escaped(one.code), one.label[language]) for one in grounds)),
        _headed(words, "rules.gate", _bullets((*gate, words.say("rules.never")))),
        _headed(words, "rules.fields", table((words.say("rules.field"), words.say("rules.conditions")), fields, words.say("rules.fields"))),
        _headed(words, "rules.recalls", _bullets(one[language] for one in publication.recalls.values())),
    ]
    return page(words, "how-we-count.html", words.say("menu.rules"), *parts, lead=words.say("rules.lead"))


def _headed(words: Words, heading: str, *inside: str) -> Html:
    return el("section", el("h2", words.say(heading)), *inside)


def _bullets(lines: Iterable[str]) -> Html:
    return el("ul", *(el("li", one) for one in lines))


def _conditions(words: Words, field: str) -> Html:
    known, scopes = words.constant.catalogue.publication.fields[field], words.constant.catalogue.consent.scopes
    told = [escaped(scopes[scope].label[words.language]) for scope in known.ask]
    told += [words.say("rules.look")] if known.look else []
    return many(el("div", one) for one in told) if told else words.say("rules.no_consent")


def figures_page(words: Words, told: Tables, published: tuple[Figure, ...], months: tuple[Series, ...]) -> bytes:
    """Figures, tables and months, each with its rule; the day and "at least" stand over all of them."""
    language = words.language
    notes = [el("p", one[language]) for one in told.notes]
    figures = rows((Html(f"<b>{one.value}</b> {escaped(one.label[language])}"), one.rule[language]) for one in told.figures)
    sentences = [el("li", one.sentences.get(language, "")) for one in published]
    more = _headed(words, "figures.published", el("ul", *sentences)) if sentences else Html()
    parts = [*notes, figures, more, *(_table(words, told, one) for one in told.tables), *(_months(words, told, one) for one in months)]
    parts.append(el("p", link("how-we-count.html", words.say("front.rule_link"))))
    return page(words, "figures.html", words.say("menu.figures"), *parts, lead=words.say("front.as_of", day=words.day(told.day)))


def _table(words: Words, told: Tables, one: Table) -> Html:
    language = words.language
    lines: list[tuple[str, str]] = []
    for row in one.rows:
        above = Html(f" <small>{escaped(row.under_label[language])}</small>") if row.under_label else Html()
        lines.append((Html(escaped(row.label[language]) + above), str(row.value)))
    lines += [(told.words["apart"][language], str(one.apart))] if one.apart else []
    lines.append((told.words["total"][language], str(one.total)))
    title, caption = one.title[language], words.say("front.as_of", day=words.day(told.day))
    shown = table((words.say("figures.row"), one.unit_label[language]), lines, caption, title)
    return el("section", el("h2", title), el("p", one.rule[language], class_="quiet"), shown)


def _months(words: Words, told: Tables, one: Series) -> Html:
    """Month by month, with a mark at every number that an older snapshot gave otherwise, and below a sentence that has both."""
    language = words.language
    head = (words.constant.catalogue.public_figures.words["month"][language], one.unit_label[language])
    caption = words.say("front.as_of", day=words.day(told.day))
    lines = [(words.day(at.month), f"{at.value}*" if at.then not in (None, at.value) else f"{at.value}") for at in one.points]
    shown = table(head, lines, caption, one.label[language])
    why = words.constant.catalogue.public_figures.words["restated_why"][language]
    notes = [el("div", el("p", f"* {why}"), el("ul", *(el("li", note[language]) for note in one.notes)), class_="changed")] if one.notes else []
    return el("section", el("h2", one.label[language]), el("p", one.rule[language], class_="quiet"), shown, *notes)


def data_page(words: Words, files: tuple[str, ...], number: int, day: str) -> bytes:
    lines = [el("li", link(f"../data/{name}", name)) for name in files]
    told = el("ul", *lines) if lines else el("p", words.say("data.none"))
    snapshot = el("p", words.say("data.snapshot", number=number, day=words.day(day)))
    check = _headed(words, "data.check", el("p", words.say("data.check_how")), el("pre", el("code", _CHECK)))
    return page(words, "data.html", words.say("menu.data"), told, snapshot, check, lead=words.say("data.lead"))


def corrections_page(words: Words) -> bytes:
    parts = [el("p", words.say("corrections.write")), el("p", contact(words), class_="big"), el("p", words.say("corrections.number"))]
    parts += [_headed(words, f"corrections.{one}", el("p", words.say(f"corrections.{one}_told"))) for one in ("mistake", "takedown", "then")]
    return page(words, "corrections.html", words.say("menu.corrections"), *parts)


def press_page(words: Words, pictures: tuple[str, ...], said: Mapping[str, str]) -> bytes:
    """The whole pack first, then each picture in the language of the page, by a link and the words that stand for it. One alone is shown:
    without script a browser fetches all that a page shows at once, and of a large list that is 3 MB."""
    own = [name for name in pictures if "/" not in name or (name.startswith(f"{words.language}/") and name.endswith(".png"))]
    lines, first = list[Html](), f"{words.language}/{_SHOWN}"
    for name in sorted(own, key=lambda name: ("/" in name, not name.endswith(".zip"), name != first, name)):
        words_of = f"{name.removesuffix('.png')}.txt"
        told, files = said.get(words_of, ""), [name, words_of] if words_of in said else [name]
        links = [link(f"../pictures/{one}", one.rpartition("/")[2]) for one in files]
        to_it = el("p", links[0], *(part for one in links[1:] for part in (" · ", one)))
        if name == first:
            lines.append(el("li", void("img", src=f"../pictures/{name}", alt=told or name, width="480"), to_it))
        else:
            lines.append(el("li", to_it, el("p", told, class_="quiet") if told else Html()))
    listed = el("ul", *lines, class_="pictures") if lines else el("p", words.say("press.none"))
    asked = el("p", words.say("press.contact"), " ", contact(words))
    return page(words, "press.html", words.say("menu.press"), el("p", words.say("press.use")), listed, asked, lead=words.say("press.lead"))


def root_page(tongues: Iterable[Words]) -> bytes:
    """The address without a language: three ways on."""
    some = list(tongues)
    lines = [el("li", _tongue(one)) for one in some]
    organisation = some[0].constant.organisation
    return whole("en", organisation, el("body", el("main", el("h1", organisation), el("ul", *lines, class_="doors"))), "site.css", organisation)


def _tongue(words: Words) -> Html:
    told = (el("b", OWN_NAMES[words.language]), " ", el("span", words.say("front.title")))
    return link(f"{words.language}/index.html", *told, lang=words.language, hreflang=words.language)


def missing_page(tongues: Iterable[Words]) -> bytes:
    """What is said where nothing stands, in three languages: never whose page it was, nor whether there was one. It names its style by a path
    from the top, because it is served at any depth."""
    some = list(tongues)
    parts = []
    for one in some:
        home = link(f"/{one.language}/index.html", one.say("missing.home"))
        parts.append(el("section", el("h2", one.say("missing.title")), el("p", one.say("missing.told")), el("p", home), lang=one.language))
    organisation = some[0].constant.organisation
    return whole("en", "404", el("body", el("main", el("h1", organisation), *parts)), "/site.css", organisation)


def robots() -> bytes:
    return b"User-agent: *\nAllow: /\n"


def headers(policy: str) -> bytes:
    """What a web server should send with every page, in the form that several hosts of static sites read (``_headers``)."""
    lines = {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noarchive",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }
    return ("/*\n" + "".join(f"  {name}: {value}\n" for name, value in lines.items())).encode()
