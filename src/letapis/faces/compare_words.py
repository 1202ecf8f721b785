"""A list of others beside ours in words, the same for the pages, the command line and the sheet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from letapis.core.public_compare import Comparison, Difference, Pair, Side
from letapis.core.public_words import PublicWords
from letapis.core.published import CardValue
from letapis.faces.name_words import weighing

COLUMNS = ("what", "their_number", "their_name", "our_name", "why", "field", "ours", "theirs")


@dataclass(frozen=True)
class Line:
    """A field in which both sides differ: its label, what each says, and the tag that says how."""

    label: str
    ours: str
    theirs: str
    kind: str


def name_of(side: Side, language: str) -> str:
    """How a person is called in a language; the list's key where no name may be told."""
    return side.card.first("name", language) or side.key


def lines(found: Iterable[Difference], words: PublicWords, language: str) -> list[Line]:
    return [Line(words.label(one.field, language), *_both(one, words, language), f"compare.{one.kind}") for one in found]


def _both(one: Difference, words: PublicWords, language: str) -> tuple[str, str]:
    return _said(one.ours, words, language), _said(one.theirs, words, language)


def _said(values: Iterable[CardValue], words: PublicWords, language: str) -> str:
    """Values in a language, or in any where there is none in it."""
    told = list(values)
    spoken = [one for one in told if one.language in ("", language)] or told
    return "; ".join(dict.fromkeys(words.value(one, language) for one in spoken))


def why(pair: Pair, words: PublicWords, language: str) -> list[str]:
    return weighing(pair.proposal, words.texts, language)


def sheet_rows(found: Comparison, words: PublicWords, language: str) -> Iterator[list[str]]:
    """The titles, then a row for each difference of a pair, each pair without one, and everybody on one side alone."""
    say = words.texts.say
    yield [say(f"compare.column.{name}", language) for name in COLUMNS]
    for pair in found.pairs:
        both = [pair.theirs.key, name_of(pair.theirs, language), name_of(pair.ours, language), " ".join(why(pair, words, language))]
        told = lines(pair.differences, words, language)
        for one in told:
            yield [say(one.kind, language), *both, one.label, one.ours, one.theirs]
        if not told:
            yield [say("compare.agrees", language), *both, "", "", ""]
    for name in ("missing_here", "missing_there", "hidden", "apart"):
        for side in getattr(found, name):
            ours = name == "missing_there"
            alone = ["", "", name_of(side, language)] if ours else [side.key, name_of(side, language), ""]
            yield [say(f"compare.{name}", language), *alone, "", "", "", ""]
