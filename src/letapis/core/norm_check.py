"""Faults of one norm file: head, languages, elements and their conditions, logic, gates, authorities; and norms that rest on themselves."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Final

from letapis.core.checkbook import Book, Place, one_of, stem
from letapis.core.dates import is_partial_date
from letapis.core.errors import LetapisError
from letapis.core.norms import ATTRIBUTION_NORMS, ROLES, norms_behind, read_norm
from letapis.core.predicates import parse_predicate
from letapis.core.qualify_logic import Logic, names_in, parse_logic, role_in, solve
from letapis.core.toml_text import Table
from letapis.core.vocabulary import FactType

KINDS: Final = frozenset({"treaty", "soft_law", "body_category", "composite", "attribution", "international_crime", "civil_definition"})
BEARERS: Final = frozenset({"BY", "host_state", "any_state", "individual"})
ATTRIBUTION: Final = frozenset({"presumed", "element", "required", "none"})
UNBOUND: Final = frozenset({"not_party", "disputed"})
_TEXTS: Final = ("id", "instrument", "article", "kind", "validity_at", "logic")
_PARTS: Final = ("version", "title", "instrument_title", "gates", "elements")
_KEY: Final = re.compile(r"[A-Z][A-Z0-9]*\Z")
_MOST_NAMES: Final = 12


def check_norm(book: Book, file: str, table: Table) -> None:
    """Every fault of a norm; whatever the program would refuse afterwards is reported too."""
    before = len(book.found)
    _check_head(book, file, table)
    for index, element in enumerate(table.get("elements", ())):
        _check_element(book, book.entry(file, "elements", index), element, table)
    if "gates" in table:
        _check_gates(book, file, table["gates"])
    for index, authority in enumerate(table.get("authorities", ())):
        place, cited = book.entry(file, "authorities", index), authority.get("citation")
        if not isinstance(cited, str) or not cited.strip():
            book.report(place, "law.authority_form", "", "citation =")
        book.marked(place, authority, str(cited or ""))
    if "logic" in table:
        _check_logic(book, file, table)
    if len(book.found) == before:
        try:
            read_norm(table, book.vocabulary)
        except LetapisError as fault:
            book.report(book.whole(file), fault.code, str(table.get("id", "")))


def _check_head(book: Book, file: str, table: Table) -> None:
    whole, name = book.whole(file), str(table.get("id", ""))
    for key in (*_TEXTS, *_PARTS):
        if key not in table:
            book.report(Place(file, 0, 1), "law.norm_incomplete", key)
    if "id" in table and name != stem(file):
        book.report(whole, "law.file_name", name, "id =")
    version = table.get("version", 1)
    wrong = {key: not isinstance(table.get(key, ""), str) for key in _TEXTS}
    wrong |= {
        "kind": not one_of(table.get("kind", "treaty"), KINDS),
        "validity_at": not one_of(table.get("validity_at", "act"), ("act", "assessment")),
        "version": not isinstance(version, int) or isinstance(version, bool) or version < 1,
        "valid_from": type(table.get("valid_from", date.min)) is not date,
        "valid_to": type(table.get("valid_to", date.max)) is not date or _ends_first(table),
        "adopted": not is_partial_date(str(table.get("adopted", "2000"))),
    }
    for key in (key for key, is_wrong in wrong.items() if is_wrong):
        book.report(whole, "law.norm_head", key, f"{key} =")
    if "valid_from" in table:
        book.marked(whole, {"provenance": table.get("valid_from_provenance"), "source": "-"}, "valid_from", "valid_from =", "valid_from_provenance =")
    for key in ("title", "instrument_title"):
        if key in table:
            book.labels(book.section(file, key), table[key], key)
    guards = table.get("scope_guards", ())
    for guard in guards if isinstance(guards, list) else ():
        words = guard.get("en") if isinstance(guard, dict) else None
        book.labels(whole, guard, "scope_guards", "scope_guards =", str(words or "scope_guards"))


def _ends_first(table: Table) -> bool:
    low, high = table.get("valid_from"), table.get("valid_to")
    return type(low) is date and type(high) is date and high < low


def _check_element(book: Book, place: Place, element: Table, norm: Table) -> None:
    key = element.get("key")
    about = str(key or "")
    if not isinstance(key, str) or not _KEY.match(key):
        book.report(place, "law.element_form", about, "key =")
    elif [other.get("key") for other in norm["elements"]].count(key) > 1:
        book.report(place, "law.element_twice", about, "key =")
    book.labels(place, element.get("text"), about, key="text")
    allowed = {"role": one_of(element.get("role"), ROLES), "judge": isinstance(element.get("judge"), bool)}
    allowed |= {"burden": one_of(element.get("burden"), ("applicant", "state")), "satisfied_by": bool(element.get("satisfied_by"))}
    allowed |= {"prima_facie": "prima_facie" not in element or element.get("burden") == "state"}
    for part in (part for part, good in allowed.items() if not good):
        book.report(place, "law.element_form", about, "key =" if part not in element else f"{part} =")
    lists = {"prima_facie": element.get("prima_facie", []), **{part: element.get(part) for part in ("satisfied_by", "defeated_by")}}
    readable = [book.predicates(place, given, about, "key =" if part not in element else f"{part} =") for part, given in lists.items()]
    if all(readable):
        _check_reach(book, place, element, about)


def _check_reach(book: Book, place: Place, element: Table, about: str) -> None:
    """An element whose every condition is defeated by itself can never be met."""
    satisfied = [parse_predicate(text, book.vocabulary) for text in element["satisfied_by"]]
    defeated = [parse_predicate(text, book.vocabulary) for text in element["defeated_by"]]
    if satisfied and all(any(set(d.conditions) <= set(s.conditions) for d in defeated) for s in satisfied):
        book.report(place, "law.element_unreachable", about, "defeated_by =")


def _check_gates(book: Book, file: str, gates: Table) -> None:
    place, facts = book.section(file, "gates"), book.vocabulary.facts
    dated = gates.get("date_facts")
    treaty, bearer = gates.get("treaty"), gates.get("duty_bearer")
    good = {
        "treaty": isinstance(treaty, str),
        "duty_bearer": one_of(bearer, BEARERS),
        "attribution": one_of(gates.get("attribution"), ATTRIBUTION),
        "date_facts": isinstance(dated, list) and bool(dated) and all(f in facts and facts[f].type is FactType.DATE for f in map(str, dated)),
    }
    for key in (key for key, is_good in good.items() if not is_good):
        book.report(place, "law.gate_form", key, f"{key} =")
    for part in ("jurisdiction", "person"):
        book.predicates(place, gates.get(part), part, f"{part} =")
    if isinstance(treaty, str) and treaty:
        known = {str(t.get("id")): t for _, listed in book.of_kind("treaties") for t in listed.get("treaties", ())}
        if treaty not in known:
            book.report(place, "law.norm_treaty", treaty, "treaty =")
        elif bearer == "BY" and one_of(known[treaty].get("status"), UNBOUND):
            book.report(place, "law.treaty_unbound", treaty, "treaty =")


def _logics(table: Table) -> Iterator[tuple[str, object]]:
    """Every logic of a norm with the needle that finds its line."""
    yield "logic =", table.get("logic", "")
    for variant in table.get("variants", ()):
        yield f'"{variant.get("logic", "")}"', variant.get("logic", "")


def _check_logic(book: Book, file: str, table: Table) -> None:
    """Every logic can be read, names only what exists, and leaves no element but consequences aside or without effect."""
    place, keys, trees = book.whole(file), {str(e.get("key")) for e in table.get("elements", ())}, list[Logic]()
    for needle, text in _logics(table):
        try:
            tree = parse_logic(str(text))
        except LetapisError as fault:
            book.report(place, fault.code, "logic", needle)
            continue
        trees.append(tree)
        for token in sorted(names_in(tree)):
            if token.startswith("@") and (token[1:] not in book.ids["norm"] or token[1:] == table.get("id")):
                book.report(place, "law.logic_norm", token, needle)
            elif not token.startswith("@") and token not in keys:
                book.report(place, "law.logic_element", token, needle)
    for index, variant in enumerate(table.get("variants", ())):
        if not isinstance(variant.get("id"), str) or not variant["id"]:
            book.report(book.entry(file, "variants", index), "law.variant_form", "", "id =")
    if len(trees) < 1 + len(table.get("variants", ())):
        return
    for index, element in enumerate(table.get("elements", ())):
        code = _out_of_place(str(element.get("key")), element.get("role"), trees)
        if code:
            book.report(book.entry(file, "elements", index), code, str(element.get("key")), "key =" if code != "law.logic_role" else "role =")


def _out_of_place(key: str, role: object, trees: list[Logic]) -> str:
    """What is wrong with the place of an element in the logic, the norm's own first; nothing when it stands where its role puts it."""
    within = [tree for tree in trees if key in names_in(tree)]
    if role == "consequence":
        return "law.logic_role" if within else ""
    if not within:
        return "law.logic_unused"
    if role in ROLES and role != role_in(key, trees[0], trees[1:]):
        return "law.logic_role"
    small = all(len(names_in(tree)) <= _MOST_NAMES for tree in within)
    return "law.logic_idle" if small and not any(_matters(tree, key) for tree in within) else ""


def _matters(tree: Logic, key: str) -> bool:
    """Whether some choice of the other names makes the result hang on this element."""
    others = sorted(names_in(tree) - {key})
    for choice in product((True, False), repeat=len(others)):
        truths: dict[str, bool | None] = dict(zip(others, choice, strict=True))
        if solve(tree, {**truths, key: True}.__getitem__) is not solve(tree, {**truths, key: False}.__getitem__):
            return True
    return False


def check_references(book: Book) -> None:
    """Norms under two files, and norms that rest on themselves through others, each at the line of its logic."""
    files: dict[str, str] = {}
    for file, table in book.of_kind("norms"):
        if str(table.get("id")) in files:
            book.report(book.whole(file), "law.norm_twice", str(table.get("id")), "id =")
        files[str(table.get("id"))] = file
    named = {name: _referenced(book.tables[file]) & files.keys() for name, file in files.items()}
    for name, file in files.items():
        if name in norms_behind(name, named):
            book.report(book.whole(file), "law.norm_cycle", name, "logic =")


def _referenced(table: Table) -> frozenset[str]:
    names: set[str] = set()
    for _, text in _logics(table):
        try:
            names |= {name[1:] for name in names_in(parse_logic(str(text))) if name.startswith("@")}
        except LetapisError:
            continue  # reported by the norm's own check
    return frozenset(names | (set(ATTRIBUTION_NORMS) if table.get("gates", {}).get("attribution") == "required" else set()))
