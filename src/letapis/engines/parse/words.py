"""Text of unknown origin as text that is safe to show: decoded, without control, and with invisible characters made visible.

Runs inside the sandbox; the desk checks again that nothing but printable characters, tabs and line feeds came out.
"""

import re
from typing import Final

from letapis.engines.parse.answer import Answer
from letapis.engines.parse.wire import MAX_TEXT

# Controls, bidirectional controls, zero-width and tag characters, private use and non-characters, one by one.
HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff"
    "\ue000-\uf8ff\ud800-\udfff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_FORMULA = re.compile(r"(?:^|[;,\t])\"?\s*[=+@-]\s*[A-Za-z@(]+", re.MULTILINE)
# Letters in the order of how often Belarusian and Russian use them: the right code page gives many of them in lower case.
_COMMON = frozenset("аоеінвтсрлкыуяпдмзбгчьйхшэжцюўёи")
_PAGES = ("cp1251", "koi8-r", "cp866")


def read_words(data: bytes, answer: Answer) -> None:
    """The safe text of ``data``, at most MAX_TEXT bytes of it."""
    answer.flag("text_cut", len(data) > MAX_TEXT)
    text = decode(data[:MAX_TEXT], answer).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    answer.flag("formulas", _FORMULA.search(text))
    shown = visible(text)
    answer.flag("hidden_characters", shown != text)
    answer.text(_fitting(shown))


def visible(text: str) -> str:
    """``text`` with every hidden character written as its number, ``[U+202E]``."""
    return HIDDEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def decode(data: bytes, answer: Answer) -> str:
    """UTF-8, UTF-16 with a mark, else the Cyrillic code page that reads most like Belarusian or Russian."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for cut in range(4):  # a text that was cut may end inside a letter
        try:
            return data[: len(data) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    answer.flag("encoding_guessed")
    return data.decode(cyrillic_page(data), "replace")


def cyrillic_page(data: bytes) -> str:
    """The old Cyrillic code page in which the bytes read most like Belarusian or Russian."""
    return max(_PAGES, key=lambda page: _likeness(data.decode(page, "replace")))


def _likeness(text: str) -> int:
    sample = text[:20_000]
    good = sum(letter in _COMMON for letter in sample)
    # A capital behind a small letter, a box drawing or a lost character is the sign of a wrong page.
    bad = len(re.findall(r"[а-яўіё][А-ЯЎІЁ]|[\u2500-\u25ff\ufffd\u0080-\u009f]|[¤§©®°±¶Ђ-Џђ-џҐґЄЇє](?=\w)", sample))
    return good - 3 * bad


def _fitting(text: str) -> str:
    """Numbers written for hidden characters make a text longer; it must still fit into its frame."""
    return text if len(text.encode("utf-8")) <= MAX_TEXT else text.encode("utf-8")[: MAX_TEXT - 8].decode("utf-8", "ignore")
