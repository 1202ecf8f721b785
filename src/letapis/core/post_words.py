"""Words by which English texts of sanctions lists name posts, ranks and callings."""

import re
from typing import Final

# A phrase that begins with one of these names a post; adverbs and numbers may stand before them (``First Deputy …``).
_HEADS: Final = (
    "director-general|editor-in-chief|state-secretary|chairperson|chairwoman|commissioner|correspondent|representative|spokesperson|shareholder|investigator"
    "|ambassador|chancellor|counsellor|counselor|part-owner|commander|inspector|president|presenter|prosecutor|secretary|spokesman|associate|chairman|co-owner"
    "|delegate|director|employee|governor|minister|observer|adviser|advisor|co-head|co-host|founder|manager|officer|speaker|anchor|author|consul|deputy|editor"
    "|leader|member|rector|warden|chair|chief|envoy|judge|owner|press|prime|aide|dean|head|host|vice|ceo"
)
_BEFORE: Final = (
    "acting|assistant|associate|border|chief|currently|district|executive|financial|first|founding|general|legal|main|majority|managing|military|minister"
    "|national|people's|permanent|plenipotentiary|police|political|press|presidential|prime|public|second|secretary|security|senior|special|state|youth|junior"
)
_WHOLE: Final = (
    "(?:foreign|justice|interior|defen[cs]e|health|education|information|finance) minister|general director|general manager|general secretary"
    "|legal advis[eo]r"
)
_CALLINGS: Final = (
    "businessman|businesswoman|businessperson|entrepreneur|investor|propagandist|broadcaster|politician|journalist|blogger|singer|athlete|lawyer"
    "|candidate"
)
_RANK: Final = "(?:colonel|lieutenant|lieutanant|major|captain|sergeant|general|ensign|marshal)"
_SERVICE: Final = r"(?:\s+(?:of|in)\s+(?:the\s+)?(?:militia|police|justice|internal\s+service|financial\s+police|reserve|medical\s+service))?"

LEAD: Final = re.compile(
    r"(?:and\s+|also\s+|the\s+|is\s+|was\s+)*(?:(?P<former>former|formerly|previously|ex)\b[\s-]*|(?P<now>currently|current|now|presently)\b\s*)?"
    r"(?:the\s+|a\s+|an\s+)?",
    re.IGNORECASE,
)
TITLE: Final = re.compile(rf"(?:(?:{_BEFORE})(?:[\s-]+|$))*(?:(?:{_HEADS})(?![\w-])|{_WHOLE})", re.IGNORECASE)
TITLE_LAST: Final = re.compile(
    rf"(?P<body>.+?),?\s+(?P<title>(?:(?:{_BEFORE})\s+)*(?:judge|commander|prosecutor|spokesperson|director|head))(?:\s*\([^)]*\)+)?\Z", re.IGNORECASE
)
CALLING: Final = re.compile(rf"(?:[A-Z][a-z]+an\s+)?(?:{_CALLINGS})(?![\w-])", re.IGNORECASE)
RANK: Final = re.compile(
    rf"(?:police\s+|head\s+|senior\s+)*{_RANK}(?:[\s-]+{_RANK})*{_SERVICE}(?:\s*\(police force\))?\Z",
    re.IGNORECASE,
)
CLASS_RANK: Final = re.compile(r"(?:state\s+|junior\s+|senior\s+|legal\s+)*counsel+or of justice(?: of the \w+ class)?\Z", re.IGNORECASE)
RELATION: Final = re.compile(r"(?:son|daughter|wife|husband|brother|sister|father|mother|associated)\b", re.IGNORECASE)
# Titles that hold a preposition themselves: what follows the second one is the body.
LONG_TITLE: Final = re.compile(
    r"(?:(?:first |former |deputy )*chief of (?:the )?(?:general |main )?staff"
    r"|(?:first )?(?:deputy )?chair(?:man|woman|person)? of the (?:supervisory board|board of executives|board of directors|management board|board)"
    r"|member of the (?:supervisory board|board of directors|board)|\w+ in chief|(?:deputy )?commander-in-chief|judge and \w+"
    r"|(?:senior |deputy |vice )*[\w -]+? for (?:special matters|legal affairs|particularly important cases)"
    r"|dean of the faculty of .+?)(?=\s+(?:of|at|in)\s|\Z)",
    re.IGNORECASE,
)
BODY_WORD: Final = re.compile(
    r"\b(?:court|department|committee|office|ministry|group|company|directorate|centre|center|academy|union|assembly|committees|council|commission|police"
    r"|militia|service|agency|bank|association|federation|holding|unit|detachment|troops|administration|parliament|school)\b",
    re.IGNORECASE,
)
HEADS: Final = re.compile(
    r"(?:(?:acting|military|general|managing|executive|chief) )*(?:head|chief|director(?:[ -]general)?|chair(?:man|woman|person)?"
    r"|commander(?:-in-chief)?|minister(?: of .+| for .+)?|\w+ minister|president|prosecutor general|rector|governor|warden|ceo)",
    re.IGNORECASE,
)
