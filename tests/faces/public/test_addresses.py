"""Every page has an address of its own, whatever codes stand on the cards."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.public import published_of

from letapis.core.language import LANGUAGES
from letapis.core.published import CardValue, Published
from letapis.engines.catalogue import catalogue
from letapis.faces.public import lists, name_index, plan
from letapis.faces.public.build import STAMP, write_site
from letapis.faces.public.links import part_path, slug
from letapis.faces.public.people import people
from letapis.faces.public.words import Constant, Words


def with_articles(count: int) -> Published:
    """Most stand under article 342, some under 342-2 and 342-1, and one under no article that anybody knows."""
    known = published_of(count)
    entries = []
    for at, one in enumerate(known.entries):
        article = {0: "CC1999 342-2(1)", 1: "CC1999 342-1(1)", 2: "CC1999 x"}.get(at % 20 if at < 60 else 9, "CC1999 342(1)")
        rest = [value for value in one.card.values if value.field != "article"]
        entries.append(replace(one, card=replace(one.card, values=tuple(sorted([*rest, CardValue("article", article)])))))
    return replace(known, entries=tuple(entries))


def test_the_second_page_of_an_article_is_not_the_first_of_another() -> None:
    published = with_articles(400)
    words = Words(Constant(catalogue(), "Invented", "https://list.pryklad.example/", "list@pryklad.example", ()), "en")
    persons = people(published, words.constant, ())
    found = lists.sorted_by_name(words, persons.values())
    codes = list(lists.grouped(words, found)["article"])
    assert [code for code in codes if "342" in code] == ["342", "342-1", "342-2"]
    pages = [
        part_path(part.stem, part.part.mark)
        for kind, some in lists.grouped(words, found).items()
        for code, line in some.items()
        for part in lists.pages_of(words, kind, code, line)
    ]
    assert len(set(pages)) == len(pages) and len([page for page in pages if page.startswith("list/article-342_")]) > 1
    whole = plan.sheets(plan.Whole(published, persons, name_index.index(persons.values())), {"en": words})
    assert {f"en/{page}" for page in pages} <= whole.keys()


@pytest.mark.parametrize("code", ["index", "SIZO-1", "sizo.1", "sizo 1", "SIZO 1", "sizo_1", "../x", "..", "a/b", "sizo-1_2", "con", "x" * 64])
def test_no_code_takes_the_address_of_another(code: str) -> None:
    assert slug(code) not in ("index", "sizo-1") and "/" not in slug(code) and "." not in slug(code) and "_" not in slug(code)
    assert part_path(f"places/{slug(code)}") != part_path(f"places/{slug('sizo-1')}", "2")


def test_who_is_not_named_changes_no_page(tmp_path: Path) -> None:
    """Whatever stands on such a card: the pages are those that they would be without it, but for figures, where whole groups alone are told."""
    known = published_of(30)
    hidden = next(one for one in known.entries if not one.card.named)
    odd = [CardValue("place", "nowhere-9"), CardValue("article", "CC1999 999(1)"), CardValue("detained", "1999"), CardValue("birth_date", "1999-11")]
    kept = [one for one in hidden.card.values if one.field not in {value.field for value in odd}]
    other = replace(hidden, card=replace(hidden.card, values=tuple(sorted([*kept, *odd]))))
    entries = tuple(other if one is hidden else one for one in known.entries)
    pages = []
    for folder, published in (("without", known), ("with", replace(known, entries=entries))):
        write_site(published, tmp_path / folder, catalogue(), "https://list.pryklad.example", contact="list@pryklad.example")
        pages.append({path.relative_to(tmp_path / folder).as_posix(): path.read_bytes() for path in (tmp_path / folder).rglob("*.*")})
    assert pages[0].keys() == pages[1].keys() and not any(b"nowhere" in data for data in pages[1].values())
    changed = {path for path in pages[0] if pages[0][path] != pages[1][path]}
    assert changed <= {STAMP, *(f"{language}/{page}.html" for language in LANGUAGES for page in ("index", "figures"))}
