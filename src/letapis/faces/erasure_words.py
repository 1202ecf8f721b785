"""What goes, in the words of a person: alike on the page and on the command line."""

from collections.abc import Mapping

from letapis.core.language import Texts

_KNOWN = frozenset(
    {"source", "identity", "note", "as_said", "claim", "evidence", "rendition", "custody", "consent", "decision", "brief", "entity"}
    | {"interview", "interview_section", "contact", "need", "task", "identity_request", "identity_share", "restricted", "erasure"}
)
_OTHER = "other"
_HIDDEN = frozenset({"restricted", "erasure"})
"""The request itself and its restriction: they go too, and nobody has to count them."""


def kinds(texts: Texts, language: str, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Each kind of thing with how many go; kinds without a word of their own are counted together."""
    found: dict[str, int] = {}
    for kind, count in counts.items():
        if kind not in _HIDDEN:
            key = kind if kind in _KNOWN else _OTHER
            found[key] = found.get(key, 0) + count
    return [(texts.say(f"erasure.kind.{kind}", language), count) for kind, count in sorted(found.items())]
