"""Which of our sentences says what a code of the OCFL specification means: many codes, few things that a person can do about them."""

from collections.abc import Mapping
from typing import Final

_CODES: Final[Mapping[str, str]] = {
    "declaration": "E003 E006 E007",
    "stray": "E001 E015 E023 E067 W002 W013",
    "versions": "E008 E009 E010 E011 E013 E040 E044 E046 W001",
    "no_inventory": "E063 W010",
    "form": "E017 E018 E025 E033 E036 E038 E041 E042 E043 E047 E048 E049 E051 E054 E057 E094 E111",
    "name": "E037 W005",
    "sidecar": "E058 E060 E061",
    "contradict": "E019 E064 E066 E103 W011",
    "bytes": "E092 E093",
    "digests": "E050 E096 E097",
    "paths": "E052 E053 E095 E099 E100 E101",
    "weak": "W004",
    "who": "W007 W008 W009",
}
MEANINGS: Final[Mapping[str, str]] = {code: meaning for meaning, codes in _CODES.items() for code in codes.split()}


def meaning(code: str) -> str:
    """The key of the sentence for a code."""
    return f"ocfl.means.{MEANINGS.get(code, 'form')}"
