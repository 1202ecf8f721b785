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
_UPPER = (0x00, 0x04, 0x20)  # upper halves of UTF-16: Latin, Cyrillic, dashes and quotation marks
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
    """UTF-16 with a mark or as its letters show it, UTF-8, else the Cyrillic code page that reads most like Belarusian or Russian. What is not
    UTF-8 is said with a flag."""
    name = wide(data)
    if name:
        answer.flag("encoding_guessed", name != "utf-16")
        answer.flag("encoding_utf16")
        return data.decode(name, "replace")
    for cut in range(4):  # a text that was cut may end inside a letter
        try:
            return data[: len(data) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    page = cyrillic_page(data)
    answer.flag("encoding_guessed")
    answer.flag(f"encoding_{page.replace('-', '')}")
    return data.decode(page, "replace")


def wide(data: bytes) -> str:
    """Which UTF-16 it is; empty for none. Without a mark, the upper half of nearly every letter is that of Latin or Cyrillic and stands on
    one side, while the lower halves on the other are many different bytes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = data[:20_000]
    sides = [sample[side::2] for side in (0, 1)]
    upper = [sum(map(half.count, _UPPER)) for half in sides]
    for side, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if upper[side] and upper[side] * 10 >= len(sides[side]) * 9 and upper[1 - side] * 4 <= upper[side]:
            text = sample[: len(sample) & ~1].decode(name, "replace")
            return "" if re.search("[\x00-\x08\x0e-\x1f\ufffd]", text) else name
    return ""


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
