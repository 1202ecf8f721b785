"""Faults in the files of the law: what a lawyer or engineer who edits them must see before anybody relies on them.

Input is text, not files: name -> content. A name tells what a file is by its folder (``facts``, ``norms``, ``treaties``,
``mechanisms``) or its own name (``consent.toml`` …), so that the package's data and a folder of a lawyer are read alike.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from letapis.core.checkbook import Book, Place, kind_of, one_of, stem
from letapis.core.dates import bounds, is_partial_date
from letapis.core.errors import Fault, LetapisError
from letapis.core.norm_check import check_norm, check_references
from letapis.core.norms import read_rulebook
from letapis.core.periods import is_period
from letapis.core.toml_text import Table, TableFault, parse_table
from letapis.core.vocabulary import FactType

ASKED: Final = frozenset({"person", "family", "lawyer", "document", "analyst"})
ITEMS: Final = frozenset({"enum", "country", "code", "scope", "mechanism"})
TREATY_STATUS: Final = frozenset({"in_force", "not_party", "denounced", "participating", "disputed"})
FIELD_KINDS: Final = frozenset({"structured", "free_text", "attachment", "declaration"})
DUPLICATION: Final = frozenset({"blocks", "declare", "ask", "compatible", "warn"})
_SHAPES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "facts": (("facts",), ("label",)),
    "norms": (("elements", "authorities", "variants"), ("gates", "title")),
    "mechanisms": (("checks", "fields", "duplication"), ("consent", "name", "body")),
    "treaties": (("treaties",), ()),
    "routing": (("routes",), ()),
    "consent": (("scopes", "record_fields", "handovers"), ()),
    "proof": (("corroboration",), ()),
    "records": (("records",), ()),
}

def faults(files: Mapping[str, str]) -> list[Fault]:
    """All faults of a set of law files, in the order of their names; an empty list means that the rulebook can be read as written."""
    book = Book()
    for name, text in sorted(files.items()):
        try:
            table = parse_table(text)
            book.lines[name] = text.splitlines()
            if _well_formed(kind_of(name), table):
                book.tables[name] = table
            else:
                book.report(book.whole(name), "law.entry_form", "")
        except TableFault as fault:
            book.found.append(Fault(name, fault.line, fault.code, ""))
    book.read_lists()
    for name in book.tables:
        check = _CHECKS.get(kind_of(name))
        if check is not None:
            try:
                check(book, name, book.tables[name])
            except (TypeError, AttributeError, KeyError, ValueError):
                # A list where a word belongs, a number where a list belongs: whatever else is right, the file is not of this shape.
                book.report(book.whole(name), "law.entry_form", "")
    with suppress(TypeError, AttributeError):  # a norm of another shape, which was reported
        check_references(book)
    if not book.found:
        _read_whole(book)
    return sorted(book.found, key=lambda fault: (fault.file, fault.line or 0, fault.code))


def _read_whole(book: Book) -> None:
    """Read everything together as the program does, for whatever no check above looks at."""
    norms = [table for _, table in book.of_kind("norms")]
    try:
        read_rulebook({"version": "check"}, norms, [t for _, t in book.of_kind("treaties")], (), book.vocabulary)
    except LetapisError as fault:
        name = next((name for name, table in book.of_kind("norms") if table.get("id") == fault.where), "")
        book.found.append(Fault(name, None, fault.code, fault.where))


def _well_formed(kind: str, table: Table) -> bool:
    """Keys that hold entries hold lists of tables, and keys that hold one table hold a table: the checks below rely on it."""
    lists, tables = _SHAPES.get(kind, ((), ()))
    listed = all(_is_list_of_tables(table.get(key, [])) for key in lists)
    nested = all(_is_list_of_tables(fact.get("members", [])) for fact in table.get("facts", ())) if kind == "facts" and listed else True
    return listed and nested and all(isinstance(table.get(key, {}), dict) for key in tables)


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _check_facts(book: Book, file: str, table: Table) -> None:
    group = stem(file)
    if table.get("group") != group:
        book.report(book.whole(file), "law.file_name", group, "group =")
    book.labels(book.whole(file), table.get("label"), group, key="label")
    for index, fact in enumerate(table.get("facts", ())):
        name, place = str(fact.get("id", "")), book.entry(file, "facts", index)
        for key in (key for key, good in _fact_form(book, fact, group).items() if not good):
            book.report(place, "law.fact_form", f"{name} {key}", "id =", f"{key} =")
        for key in ("label", "question"):
            book.labels(place, fact.get(key), f"{name} {key}", "id =", key=key)
        for member in fact.get("members", ()):
            book.labels(place, member, f"{name} {member.get('key')}", "members =", f'key = "{member.get("key")}"')


def _fact_form(book: Book, fact: Table, group: str) -> Mapping[str, bool]:
    """Which parts of a fact are as they must be."""
    kind, members = fact.get("type"), fact.get("members", ())
    listed = kind == "enum" or fact.get("items") == "enum"
    return {
        "id": str(fact.get("id", "")).startswith(f"{group}."),
        "type": one_of(kind, set(FactType)),
        "items": (kind == "list") == ("items" in fact) and one_of(fact.get("items", "enum"), ITEMS),
        "unit": (kind == "number") == ("unit" in fact),
        "asked_of": one_of(fact.get("asked_of"), ASKED),
        "corroboration": not book.ids["class"] or one_of(fact.get("corroboration"), book.ids["class"]),
        "definition": isinstance(fact.get("definition"), str) and bool(fact["definition"].strip()),
        "members": listed == bool(members) and len({m.get("key") for m in members}) == len(members),
        "pattern": _is_pattern(fact.get("pattern", "")),
    }


def _is_pattern(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(re.compile(text))
    except re.error:
        return False


def _check_mechanism(book: Book, file: str, card: Table) -> None:
    whole, name = book.whole(file), str(card.get("id", ""))
    if name != stem(file):
        book.report(whole, "law.file_name", name, "id =")
    for key in ("name", "body"):
        book.labels(book.section(file, key), card.get(key), key)
    needed = ("result", "who_may_submit", "languages", "family", "review_every_months", "consent", "norms")
    if not one_of(card.get("status"), ("open", "closed", "conditional")):
        book.report(whole, "law.card_form", "status", "status =")
    for key in (key for key in needed if not card.get(key)):
        book.report(whole, "law.card_form", key, f"{key} =")
    for key in ("since", "until"):
        if key in card and not is_partial_date(str(card[key])):
            book.report(whole, "law.date_form", key, f"{key} =")
    _check_card_names(book, file, card)
    for index, item in enumerate(card.get("checks", ())):
        place, about = book.entry(file, "checks", index), str(item.get("id"))
        by_fact = bool(item.get("pass_if") or item.get("fail_if"))
        if not one_of(item.get("effect"), ("block", "warn", "info")):
            book.report(place, "law.card_form", about, "id =", "effect =")
        if (item.get("decided_by") == "fact") != by_fact:
            book.report(place, "law.card_form", about, "id =", "decided_by =")
        for part in ("pass_if", "fail_if"):
            book.predicates(place, item.get(part, []), about, f"{part} =")
        book.marked(place, item, about, "id =")
    for index, item in enumerate(card.get("fields", ())):
        if not one_of(item.get("kind"), FIELD_KINDS) or not isinstance(item.get("required"), bool) or not item.get("label"):
            book.report(book.entry(file, "fields", index), "law.card_form", str(item.get("key")), "key =")
    for index, item in enumerate(card.get("timing", ())):
        _check_time(book, book.entry(file, "timing", index), item)


def _check_time(book: Book, place: Place, item: Table) -> None:
    """A time is so many days, weeks, months or years; what it is counted from is a date."""
    about, value, start = str(item.get("key")), item.get("value"), item.get("counted_from")
    if not item.get("key") or not isinstance(value, int | float) or value < 0 or not is_period(str(item.get("unit"))):
        book.report(place, "law.card_form", about, "key =", "unit =")
    if start is not None and (start not in book.vocabulary.facts or book.vocabulary.fact(start).type is not FactType.DATE):
        book.report(place, "law.predicate_fact", str(start), "counted_from =")


def _check_card_names(book: Book, file: str, card: Table) -> None:
    """What a card names exists: norms, scopes, records, facts, other cards."""
    whole, consent = book.whole(file), card.get("consent", {})
    named = [(whole, "norm", norm) for norm in card.get("norms", ())]
    named += [(whole, "scope", scope) for key in ("required", "any_of", "asked") for scope in consent.get(key, ())]
    for index, item in enumerate(card.get("fields", ())):
        place = book.entry(file, "fields", index)
        named += [(place, "record", record) for record in item.get("records", ())]
        for fact in item.get("facts", ()):
            if fact not in book.vocabulary.facts:
                book.report(place, "law.predicate_fact", fact, f'"{fact}"')
    for index, item in enumerate(card.get("duplication", ())):
        place = book.entry(file, "duplication", index)
        named.append((place, "mechanism", item.get("with")))
        if not one_of(item.get("rule"), DUPLICATION):
            book.report(place, "law.card_form", str(item.get("with")), "rule =")
    for place, kind, value in named:
        if not one_of(value, book.ids[kind]):
            book.report(place, "law.card_reference", str(value), f'"{value}"')


def _check_treaties(book: Book, file: str, table: Table) -> None:
    ids = [treaty.get("id") for treaty in table.get("treaties", ())]
    for index, treaty in enumerate(table.get("treaties", ())):
        name, place = str(treaty.get("id", "")), book.entry(file, "treaties", index)
        if not name or ids.count(treaty.get("id")) > 1:
            book.report(place, "law.treaty_twice", name, "id =")
        book.labels(place, treaty.get("title"), name, key="title")
        book.marked(place, treaty, name)
        if not one_of(treaty.get("status"), TREATY_STATUS):
            book.report(place, "law.treaty_form", name, "status =")
        dates = {key: str(treaty[key]) for key in ("ratified", "acceded", "in_force", "denunciation_notified", "until") if key in treaty}
        for key in (key for key, text in dates.items() if not is_partial_date(text)):
            book.report(place, "law.date_form", name, f"{key} =")
        low, high = dates.get("in_force", ""), dates.get("until", "")
        if is_partial_date(low) and is_partial_date(high) and bounds(high)[1] < bounds(low)[0]:
            book.report(place, "law.date_form", name, "until =")


def _check_routing(book: Book, file: str, table: Table) -> None:
    for index, route in enumerate(table.get("routes", ())):
        name, place = str(route.get("id", "")), book.entry(file, "routes", index)
        book.labels(place, route.get("situation"), name, key="situation")
        book.predicates(place, route.get("when"), name, "when =")
        for mechanism in (*route.get("first", ()), *route.get("parallel", ())):
            if mechanism not in book.ids["mechanism"]:
                book.report(place, "law.card_reference", mechanism, f'"{mechanism}"')


def _check_first_set(book: Book, file: str, table: Table) -> None:
    for norm in table.get("ids", ()):
        if norm not in book.ids["norm"]:
            book.report(book.whole(file), "law.first_set", str(norm), f'"{norm}"')


def _check_labelled(book: Book, file: str, table: Table) -> None:
    """Lists whose entries are shown to people: each with labels."""
    for key, entries in table.items():
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and "label" in entry:
                place, name = book.entry(file, key, index), str(entry.get("id") or entry.get("key"))
                book.labels(place, entry["label"], f"{key} {name}", f'"{name}"', key="label")


_CHECKS: Final[Mapping[str, Callable[[Book, str, Table], None]]] = {
    "facts": _check_facts,
    "norms": check_norm,
    "mechanisms": _check_mechanism,
    "treaties": _check_treaties,
    "routing": _check_routing,
    "consent": _check_labelled,
    "proof": _check_labelled,
    "records": _check_labelled,
    "first-set": _check_first_set,
}
