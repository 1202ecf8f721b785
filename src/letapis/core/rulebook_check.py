"""Faults in the files of the law: what a lawyer or engineer who edits them must see before anybody relies on them.

Input is text, not files: name -> content. A name tells what a file is by its folder (``facts``, ``norms``, ``treaties``,
``mechanisms``) or its own name (``consent.toml`` …), so that the package's data and a folder of a lawyer are read alike.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from letapis.core.dates import is_partial_date
from letapis.core.errors import Fault, LetapisError
from letapis.core.language import LANGUAGES
from letapis.core.norms import read_norm, read_rulebook
from letapis.core.predicates import parse_predicate
from letapis.core.qualify_logic import names_in, parse_logic
from letapis.core.tables import Table, TableFault, parse_table
from letapis.core.vocabulary import FactType, Vocabulary, read_vocabulary

ASKED: Final = frozenset({"person", "family", "lawyer", "document", "analyst"})
ITEMS: Final = frozenset({"enum", "country", "code", "scope", "mechanism"})
MARKS: Final = frozenset({"sourced", "general_knowledge", "own"})
TREATY_STATUS: Final = frozenset({"in_force", "not_party", "denounced", "participating", "disputed"})
BEARERS: Final = frozenset({"BY", "host_state", "any_state", "individual"})
ATTRIBUTION: Final = frozenset({"presumed", "element", "required", "none"})
FIELD_KINDS: Final = frozenset({"structured", "free_text", "attachment", "declaration"})
DUPLICATION: Final = frozenset({"blocks", "declare", "ask", "compatible", "warn"})
_SHAPES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "facts": (("facts",), ("label",)),
    "norms": (("elements", "authorities", "variants"), ("gates", "title")),
    "mechanisms": (("checks", "fields", "duplication"), ("consent", "name", "body")),
    "treaties": (("treaties",), ()),
    "routing": (("routes",), ()),
    "consent": (("scopes", "record_fields"), ()),
    "proof": (("corroboration",), ()),
    "records": (("records",), ()),
}
_CYRILLIC: Final = re.compile("[Ѐ-ӿ]")
_FOREIGN: Final = {"en": _CYRILLIC, "be": re.compile("[ищъИЩЪ]"), "ru": re.compile("[іўІЎ]")}


def faults(files: Mapping[str, str]) -> list[Fault]:
    """All faults of a set of law files, in the order of their names; an empty list means that the rulebook can be read as written."""
    book = _Book()
    for name, text in sorted(files.items()):
        try:
            table = parse_table(text)
            book.texts[name] = text
            if _well_formed(_kind(name), table):
                book.tables[name] = table
            else:
                book.report(name, "law.entry_form", "")
        except TableFault as fault:
            book.found.append(Fault(name, fault.line, fault.code, ""))
    book.read_lists()
    for name in book.tables:
        check = _CHECKS.get(_kind(name))
        if check is not None:
            check(book, name, book.tables[name])
    if not book.found:
        book.read_whole()
    return sorted(book.found, key=lambda fault: (fault.file, fault.line or 0, fault.code))


@dataclass
class _Book:
    """The files while they are checked."""

    tables: dict[str, Table] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    found: list[Fault] = field(default_factory=list)
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary({}, ()))
    ids: dict[str, frozenset[str]] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Iterator[tuple[str, Table]]:
        return ((name, table) for name, table in self.tables.items() if _kind(name) == kind)

    def report(self, file: str, code: str, about: str, *needles: str) -> None:
        self.found.append(Fault(file, self._line(file, needles), code, about))

    def _line(self, file: str, needles: tuple[str, ...]) -> int | None:
        """Line of the last needle, looked for after the line of the one before: first the entry, then the text inside it."""
        lines, at, hit = self.texts[file].splitlines(), 0, None
        for needle in needles:
            found = next((i for i in range(at, len(lines)) if needle in lines[i]), None)
            if found is not None:
                at, hit = found, found + 1
        return hit

    def read_lists(self) -> None:
        """Identifiers that files may name, and the vocabulary; a fact file that cannot be read is reported by its own check."""

        def ids(kind: str, key: str) -> frozenset[str]:
            return frozenset(str(e.get("id")) for _, table in self.of_kind(kind) for e in table.get(key, ()))

        self.ids = {
            "scope": ids("consent", "scopes"),
            "class": ids("proof", "corroboration"),
            "record": ids("records", "records"),
            "treaty": ids("treaties", "treaties"),
            "mechanism": frozenset(str(table.get("id")) for _, table in self.of_kind("mechanisms")),
            "norm": frozenset(str(table.get("id")) for _, table in self.of_kind("norms")),
        }
        readable = []
        for name, table in self.of_kind("facts"):
            try:
                read_vocabulary([table], {})
                readable.append(table)
            except (KeyError, ValueError, TypeError, LetapisError):
                self.report(name, "law.fact_form", str(table.get("group", "")))
        try:
            self.vocabulary = read_vocabulary(readable, {kind: self.ids[kind] for kind in ("scope", "mechanism")})
        except LetapisError as fault:
            self.found.append(Fault("facts", None, fault.code, fault.where))

    def read_whole(self) -> None:
        """Read everything together as the program does: cycles, references, doubles."""
        first = [i for name, table in self.tables.items() if _stem(name) == "first-set" for i in table.get("ids", ())]
        norms = [table for _, table in self.of_kind("norms")]
        try:
            read_rulebook({"version": "check"}, norms, [t for _, t in self.of_kind("treaties")], first, self.vocabulary)
        except LetapisError as fault:
            name = next((name for name, table in self.of_kind("norms") if table.get("id") == fault.where), "first-set.toml")
            self.found.append(Fault(name, None, fault.code, fault.where))


def _kind(name: str) -> str:
    folders = name.split("/")[:-1]
    return next((kind for kind in ("facts", "norms", "treaties", "mechanisms") if kind in folders), _stem(name))


def _stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".toml")


def _well_formed(kind: str, table: Table) -> bool:
    """Keys that hold entries hold lists of tables, and keys that hold one table hold a table: the checks below rely on it."""
    lists, tables = _SHAPES.get(kind, ((), ()))
    listed = all(_is_list_of_tables(table.get(key, [])) for key in lists)
    nested = all(_is_list_of_tables(fact.get("members", [])) for fact in table.get("facts", ())) if kind == "facts" and listed else True
    return listed and nested and all(isinstance(table.get(key, {}), dict) for key in tables)


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _labels(book: _Book, file: str, label: object, about: str, *needles: str) -> None:
    table = label if isinstance(label, dict) else {}
    for language in LANGUAGES:
        text = table.get(language)
        if not isinstance(text, str) or not text.strip() or _FOREIGN[language].search(text):
            book.report(file, "law.text_languages", f"{about} {language}", *needles)


def _marked(book: _Book, file: str, entry: Table, about: str, *needles: str) -> None:
    mark = entry.get("provenance")
    if mark not in MARKS or (mark == "sourced" and not any(entry.get(key) for key in ("url", "source", "sources"))):
        book.report(file, "law.provenance", about, *needles)


def _predicates(book: _Book, file: str, texts: object, about: str, *needles: str) -> None:
    for text in texts if isinstance(texts, list) else []:
        try:
            parse_predicate(text, book.vocabulary)
        except LetapisError as fault:
            book.report(file, fault.code, about, *needles, text)


def _check_facts(book: _Book, file: str, table: Table) -> None:
    stem = _stem(file)
    if table.get("group") != stem:
        book.report(file, "law.file_name", stem, "group")
    _labels(book, file, table.get("label"), stem, "label")
    for fact in table.get("facts", ()):
        name = str(fact.get("id", ""))
        at = f'id = "{name}"'
        form = (
            name.startswith(f"{stem}.")
            and fact.get("type") in set(FactType)
            and (fact.get("type") != "list" or fact.get("items") in ITEMS)
            and (fact.get("type") == "number") == ("unit" in fact)
            and fact.get("asked_of") in ASKED
            and (not book.ids["class"] or fact.get("corroboration") in book.ids["class"])
            and bool(fact.get("definition"))
            and (fact.get("type") == "enum" or fact.get("items") == "enum") == bool(fact.get("members"))
            and len({m.get("key") for m in fact.get("members", ())}) == len(fact.get("members", ()))
        )
        if not form:
            book.report(file, "law.fact_form", name, at)
        for key in ("label", "question"):
            _labels(book, file, fact.get(key), f"{name} {key}", at, f"{key}.en")
        for member in fact.get("members", ()):
            _labels(book, file, member, f"{name} {member.get('key')}", at, f'key = "{member.get("key")}"')


def _check_norm(book: _Book, file: str, table: Table) -> None:
    name = str(table.get("id", ""))
    if name != _stem(file):
        book.report(file, "law.file_name", name, "id = ")
    for key in ("title", "instrument_title"):
        _labels(book, file, table.get(key), key, f"[{key}]")
    for element in table.get("elements", ()):
        key = str(element.get("key", ""))
        at = f'key = "{key}"'
        _labels(book, file, element.get("text"), key, at, "text.en")
        if not isinstance(element.get("judge"), bool) or element.get("burden") not in ("applicant", "state"):
            book.report(file, "law.element_form", key, at)
        for part in ("satisfied_by", "defeated_by"):
            _predicates(book, file, element.get(part), key, at, part)
    gates = table.get("gates", {})
    for part in ("jurisdiction", "person"):
        _predicates(book, file, gates.get(part), part, "[gates]", part)
    known = book.vocabulary.facts
    dated = gates.get("date_facts") and all(f in known and known[f].type is FactType.DATE for f in gates["date_facts"])
    if not dated or gates.get("duty_bearer") not in BEARERS or gates.get("attribution") not in ATTRIBUTION:
        book.report(file, "law.gate_form", name, "[gates]")
    for authority in table.get("authorities", ()):
        _marked(book, file, authority, str(authority.get("citation", "")), str(authority.get("citation", "")))
    _check_logic(book, file, table)
    if not any(fault.file == file for fault in book.found):
        try:
            read_norm(table, book.vocabulary)
        except LetapisError as fault:
            book.report(file, fault.code, name)


def _check_logic(book: _Book, file: str, table: Table) -> None:
    """Every logic can be read, names only what exists, and leaves no element but consequences aside."""
    keys = {str(e.get("key")) for e in table.get("elements", ())}
    used: set[str] = set()
    for text in (table.get("logic", ""), *(v.get("logic", "") for v in table.get("variants", ()))):
        try:
            mentioned = names_in(parse_logic(text))
        except LetapisError as fault:
            book.report(file, fault.code, "logic", text or "logic")
            continue
        used |= mentioned
        for token in sorted(mentioned):
            if token.startswith("@") and (token[1:] not in book.ids["norm"] or token[1:] == table.get("id")):
                book.report(file, "law.logic_norm", token, text)
            elif not token.startswith("@") and token not in keys:
                book.report(file, "law.logic_element", token, text)
    for element in table.get("elements", ()):
        if element.get("key") not in used and element.get("role") != "consequence":
            book.report(file, "law.logic_unused", str(element.get("key")), f'key = "{element.get("key")}"')


def _check_mechanism(book: _Book, file: str, card: Table) -> None:
    name = str(card.get("id", ""))
    if name != _stem(file):
        book.report(file, "law.file_name", name, "id = ")
    for key in ("name", "body"):
        _labels(book, file, card.get(key), key, f"[{key}]")
    needed = ("result", "who_may_submit", "languages", "family", "review_every_months", "consent", "norms")
    if card.get("status") not in ("open", "closed", "conditional") or not all(card.get(key) for key in needed):
        book.report(file, "law.card_form", name, "status")
    _check_references(book, file, card)
    for item in card.get("checks", ()):
        at = f'id = "{item.get("id")}"'
        by_fact = bool(item.get("pass_if") or item.get("fail_if"))
        if item.get("effect") not in ("block", "warn", "info") or (item.get("decided_by") == "fact") != by_fact:
            book.report(file, "law.card_form", str(item.get("id")), at)
        for part in ("pass_if", "fail_if"):
            _predicates(book, file, item.get(part), str(item.get("id")), at)
        _marked(book, file, item, str(item.get("id")), at)
    for item in card.get("fields", ()):
        if item.get("kind") not in FIELD_KINDS or not isinstance(item.get("required"), bool) or not item.get("label"):
            book.report(file, "law.card_form", str(item.get("key")), f'key = "{item.get("key")}"')


def _check_references(book: _Book, file: str, card: Table) -> None:
    consent = card.get("consent", {})
    named = [("norm", norm) for norm in card.get("norms", ())]
    named += [("scope", scope) for key in ("required", "any_of", "asked") for scope in consent.get(key, ())]
    named += [("record", record) for item in card.get("fields", ()) for record in item.get("records", ())]
    named += [("mechanism", item.get("with")) for item in card.get("duplication", ())]
    for kind, value in named:
        if value not in book.ids[kind]:
            book.report(file, "law.card_reference", str(value), f'"{value}"')
    for item in card.get("fields", ()):
        for fact in item.get("facts", ()):
            if fact not in book.vocabulary.facts:
                book.report(file, "law.predicate_fact", fact, f'key = "{item.get("key")}"', f'"{fact}"')
    for item in card.get("duplication", ()):
        if item.get("rule") not in DUPLICATION:
            book.report(file, "law.card_form", str(item.get("with")), f'with = "{item.get("with")}"')


def _check_treaties(book: _Book, file: str, table: Table) -> None:
    for treaty in table.get("treaties", ()):
        name = str(treaty.get("id", ""))
        at = f'id = "{name}"'
        _labels(book, file, treaty.get("title"), name, at)
        _marked(book, file, treaty, name, at)
        if treaty.get("status") not in TREATY_STATUS:
            book.report(file, "law.treaty_form", name, at, "status")
        for key in ("ratified", "acceded", "in_force", "denunciation_notified", "until"):
            if key in treaty and not is_partial_date(str(treaty[key])):
                book.report(file, "law.date_form", name, at, key)


def _check_routing(book: _Book, file: str, table: Table) -> None:
    for route in table.get("routes", ()):
        name = str(route.get("id", ""))
        at = f'id = "{name}"'
        _labels(book, file, route.get("situation"), name, at)
        _predicates(book, file, route.get("when"), name, at)
        for mechanism in (*route.get("first", ()), *route.get("parallel", ())):
            if mechanism not in book.ids["mechanism"]:
                book.report(file, "law.card_reference", mechanism, at, mechanism)


def _check_labelled(book: _Book, file: str, table: Table) -> None:
    """Lists whose entries are shown to people: each entry once, with labels."""
    for key, entries in table.items():
        labelled = [e for e in entries if isinstance(e, dict) and "label" in e] if isinstance(entries, list) else []
        for entry in labelled:
            name = str(entry.get("id") or entry.get("key"))
            _labels(book, file, entry["label"], f"{key} {name}", f'"{name}"')


_CHECKS: Final[Mapping[str, Callable[[_Book, str, Table], None]]] = {
    "facts": _check_facts,
    "norms": _check_norm,
    "mechanisms": _check_mechanism,
    "treaties": _check_treaties,
    "routing": _check_routing,
    "consent": _check_labelled,
    "proof": _check_labelled,
    "records": _check_labelled,
}
