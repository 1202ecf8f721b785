"""A chat that WhatsApp wrote as text: one row for each message. Runs inside the sandbox.

Whether 01/02 is a day of January or of February depends on the telephone. Where one date of the file can be read in one way only, the
order is proven; else the first row says that it is unknown, and a person is asked.
"""

import re
from typing import Final

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.told import Told
from letapis.engines.parse.wire import MAX_ROWS
from letapis.engines.parse.words import decode

_MARKS: Final = dict.fromkeys((0x200E, 0x200F, 0x202A, 0x202C, 0xFEFF), None) | {0x202F: " ", 0xA0: " "}
_LINE = re.compile(
    r"\[?(\d{1,4})[./-](\d{1,2})[./-](\d{2,4}),?\s+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*([AaPp]\.?\s?[Mm]\.?)?\]?\s*(?:[-–]\s)?\s*(.*)\Z"
)
_SPEAKS = re.compile(r"([^:\n]{1,100}):(?:\s(.*)|(.*))\Z", re.DOTALL)
_ATTACHED = re.compile(r"<(?:attached|прикреплено|далучана): ([^<>\n]{1,200})>|([\w-]{1,80}\.\w{2,5}) \((?:file attached|файл добавлен)\)")
_OMITTED = re.compile(r"<(?:Media omitted|Без медиафайлов|Файл пропущен)>|(?:image|video|audio|document|sticker) omitted")


def read(untrusted: bytes, answer: Answer) -> None:
    text = decode(untrusted, answer).translate(_MARKS)
    found: list[tuple[tuple[int, int, int], str, list[str]]] = []
    for line in text.splitlines():
        match = _LINE.match(line)
        if match:
            if len(found) >= MAX_ROWS:
                answer.flag("text_cut")
                break
            found.append(((int(match[1]), int(match[2]), int(match[3])), _hour(match), [match[8]]))
        elif found:
            found[-1][2].append(line)
    if len(found) < 2:
        raise Stop("parse.other_form")
    told, order = Told(answer), _order([date for date, _, _ in found])
    for number, (date, hour, lines) in enumerate(found, start=1):
        _message(number, "/".join(str(part) for part in date) + f" {hour}", "\n".join(lines), order, told)


def _hour(match: re.Match[str]) -> str:
    hour, half = int(match[4]), (match[7] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return f"{hour:02}:{match[5]}" + (f":{match[6]}" if match[6] else "")


def _order(dates: list[tuple[int, int, int]]) -> str:
    if any(first > 31 for first, _, _ in dates):
        return "ymd"
    day_first, month_first = any(first > 12 for first, _, _ in dates), any(second > 12 for _, second, _ in dates)
    return "unknown" if day_first == month_first else "dmy" if day_first else "mdy"


def _message(number: int, written: str, body: str, order: str, told: Told) -> None:
    speaks = _SPEAKS.match(body)
    said = (speaks[2] if speaks[2] is not None else speaks[3]) if speaks else body
    attached = _ATTACHED.search(said)
    told.row(
        "chat",
        kind="message" if speaks else "service",
        id=number,
        written=written,
        order=order if number == 1 else "",
        **{"from": speaks[1].strip() if speaks else ""},
        text=said,
        media=(attached[1] or attached[2]) if attached else "",
        missing="yes" if _OMITTED.search(said) else "",
    )
