"""Places of detention: who is held there, where letters go and went before, what to know before one is sent."""

from dataclasses import dataclass

from letapis.core.collation import numbered
from letapis.core.letters import Address
from letapis.faces.public.frame import page, to
from letapis.faces.public.html import Html, el, link, many, rows, table
from letapis.faces.public.links import place_path, slug
from letapis.faces.public.lists import people_rows
from letapis.faces.public.parts import Part, titled, way_down, ways
from letapis.faces.public.words import Words


@dataclass(frozen=True)
class PlacePart:
    """One page of a place: how many named persons are held there, which the first page says, the page with some of them, and the
    addresses that hold."""

    code: str
    count: int
    part: Part
    addresses: tuple[Address, ...]


def place_page(words: Words, part: PlacePart) -> bytes:
    path, some = place_path(part.code, part.part.mark), part.part
    body = [] if some.mark else [_where(words, part), _advice(words, part.code)]
    count = Html(f"{words.say('list.count', count=part.count)} {words.say('list.named_only')}{way_down(words, some)}")
    held = Html() if some.mark else el("p", count if some.things else words.say("place.nobody"))
    further = ways(words, f"places/{slug(part.code)}", some)
    body.append(el("section", el("h2", words.say("place.held")), held, people_rows(words, path, some.things), further))
    others = el("p", link(to(path, "places/index.html"), words.say("place.others")))
    return page(words, path, titled(words.place(part.code), some), *body, others, other=place_path(part.code) if some.mark else "")


def _where(words: Words, part: PlacePart) -> Html:
    known = words.facility(part.code)
    told: list[tuple[str, str]] = []
    if known:
        told.append((words.say("place.kind"), words.listed("facility-types", str(known.get("type", "")))))
        town = words.listed("localities", str(known.get("locality", "")))
        region = words.constant.region(part.code)
        told.append((words.say("place.town"), Html(f"{town}, {words.listed('regions', region)}") if region else town))
    here = words.addresses(part.addresses)
    told.append((words.say("place.address"), many(el("p", one) for one in here) if here else words.say("place.no_address")))
    former = words.former(part.code, part.addresses)
    earlier = table((words.say("place.address"), words.say("place.days")), former, words.say("place.former")) if former else Html()
    return many((rows(told), el("p", words.say("place.checked"), class_="quiet"), earlier))


def _advice(words: Words, code: str) -> Html:
    return el("section", el("h2", words.say("place.advice")), el("ul", *(words.advised(one) for one in words.advice(code))))


def places_index(words: Words, counts: tuple[tuple[str, int], ...]) -> bytes:
    """All places by region, with the number of named persons in each, and what to know before any letter."""
    path = "places/index.html"
    regions: dict[str, list[Html]] = {}
    for code, count in sorted(counts, key=lambda one: numbered(words.place(one[0]), words.language)):
        line = el("li", link(to(path, place_path(code)), words.place(code)), f" {count}" if count else "")
        regions.setdefault(words.constant.region(code), []).append(line)
    named = {code: words.listed("regions", code) if code else words.say("place.no_region") for code in regions}
    order = sorted(regions, key=lambda code: (not code, named[code]))
    found = [el("section", el("h2", named[code]), el("ul", *regions[code], class_="ways")) for code in order]
    return page(words, path, words.say("places.title"), *found, _advice(words, ""), lead=words.say("places.lead"))
