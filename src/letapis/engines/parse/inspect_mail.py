"""A mail (RFC 5322, MIME): its headers, its text, what is attached. Broken headers are kept as they can be read, and said.

Row 0 is the mail; every further row is a part, whose bytes are handed out. A mail inside is a part like any other and not opened; of a mailbox
(mbox, RFC 4155) the first mail is row 0, and each that follows is such a part. Apple Mail (.emlx) writes the length of a mail on a line before
it and its own marks behind it; the mail between is read.
Runs inside the sandbox.
"""

import email.charset
import email.errors
import email.generator
import email.iterators
import email.message
import email.utils
import re
from email.header import decode_header
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

from letapis.core.page_text import read_page
from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.sniff import MBOX, NEXT_MAIL, conflicts, sniff
from letapis.engines.parse.told import Told
from letapis.engines.parse.wire import MAX_MEMBER, MAX_TEXT
from letapis.engines.parse.words import decode, visible

MAX_PARTS: Final = 500
_STATIONS: Final = 30
_STATION: Final = 600
_CHARSETS: Final = (
    *("ascii", "utf_8", "utf_16", "utf_7", "raw_unicode_escape", "latin_1", "koi8_r", "koi8_u", "cp866", "cp437", "mac_cyrillic"),
    *(f"cp125{n}" for n in range(9)),
    *(f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
    *("shift_jis", "cp932", "euc_jp", "iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr"),
)
_ONCE: Final = ("from", "to", "subject", "date", "message-id", "content-type", "content-disposition", "content-transfer-encoding")
_LENGTH = re.compile(rb"(\d{1,10})[ \t]*\r?\n")
_DISPOSITION = re.compile(r"\s*(?:inline|attachment|form-data)\s*(?:;|$)", re.IGNORECASE)
_HEADS: Final = {"from": "From", "to": "To", "cc": "Cc", "reply_to": "Reply-To", "subject": "Subject", "date": "Date", "id": "Message-ID"}
# What the standard parser raises for headers that nobody should write.
_BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError, email.errors.MessageError)

for _name in _CHARSETS:  # a codec is loaded when it is first used, and behind the shut door nothing can be
    "a".encode(_name).decode(_name)


def read(untrusted: bytes, answer: Answer) -> None:
    try:
        first, others = _mailbox(_of_apple(untrusted.removeprefix(b"\xef\xbb\xbf")))
        mail = BytesParser(policy=compat32).parsebytes(first)
    except RecursionError:
        raise Stop("parse.other_form") from None
    if not any(mail.get(name) is not None for name in ("From", "To", "Subject", "Date", "Received", "Message-ID")):
        raise Stop("parse.other_form")
    reading = _Mail(answer)
    reading.take(mail)
    reading.follow(others)
    reading.tell(mail)


def _of_apple(data: bytes) -> bytes:
    """The mail in a file of Apple Mail; another file as it is, for no mail begins with a line of digits."""
    length = _LENGTH.match(data)
    return data[length.end() : length.end() + int(length[1])] if length else data


def _mailbox(data: bytes) -> tuple[bytes, list[bytes]]:
    """The first mail of a file, and those that follow it where the file is a mailbox: a mail alone may have "From " at the head of a line."""
    if not data.startswith(MBOX):
        return data, []
    first, *others = NEXT_MAIL.split(data)
    return first, [one.partition(b"\n")[2] for one in others]


class _Mail:
    """What was found of a mail, told when all of it is known: the faults stand in its first row."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._parts: list[tuple[dict[str, object], bytes]] = []
        self._texts: list[str] = []
        self._pages: list[str] = []
        self._faults: set[str] = set()

    def take(self, part: "email.message.Message", depth: int = 0) -> None:
        """A part with those in it; what a mail inside holds stays in it."""
        self._check(part)
        kind = part.get_content_type()
        if kind == "message/rfc822" and depth:
            self._enclosed(part)
        elif part.is_multipart() and depth < 20:
            for inner in part.get_payload():
                if isinstance(inner, email.message.Message):
                    self.take(inner, depth + 1)
        else:
            self._leaf(part, kind)

    def follow(self, others: list[bytes]) -> None:
        """The further mails of a mailbox, each a part as whole as it lies there."""
        for body in others:
            try:
                name = self._header(BytesParser(policy=compat32).parsebytes(body, headersonly=True), "Subject")
            except _BROKEN:
                name = ""
            self._add("message", name, body, "message/rfc822")
        if others:
            self._faults.add("mailbox")

    def _check(self, part: "email.message.Message") -> None:
        if part.defects:
            self._faults.add("structure")
        names = [name.lower() for name in part.keys()]  # noqa: SIM118
        if any(names.count(name) > 1 for name in _ONCE):
            self._faults.add("header_twice")
        said = part.get("Content-Disposition")
        if said is not None and not _DISPOSITION.match(str(said)):
            self._faults.add("disposition")

    def _leaf(self, part: "email.message.Message", kind: str) -> None:
        data = part.get_payload(decode=True)
        body = data if isinstance(data, bytes) else b""
        name = self._name(part)
        attached = bool(name) or str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")
        if kind in ("text/plain", "text/html") and not attached:
            text = self._decoded(body, part)
            if kind == "text/plain":
                self._texts.append(text)
            else:
                self._pages.append(read_page("", text).lines)
                self._add("html", "", body, kind)
        elif body or name:
            self._add("attachment", name, body, kind)

    def _enclosed(self, part: "email.message.Message") -> None:
        inner = part.get_payload()
        mail = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], email.message.Message) else None
        try:
            body = mail.as_bytes() if mail is not None else b""
        except _BROKEN:
            self._faults.add("structure")
            body = b""
        name = self._name(part) or (self._header(mail, "Subject") if mail is not None else "")
        self._add("message", name, body, "message/rfc822")

    def _add(self, what: str, name: str, body: bytes, said: str) -> None:
        media = said if what != "attachment" else sniff(body)[1]
        if what == "attachment" and conflicts(said, media):
            self.answer.flag("type_conflict")
        if len(self._parts) >= MAX_PARTS:
            self._faults.add("parts")
        else:
            self._parts.append(({"kind": what, "name": name, "type": media, "said": said, "size": len(body)}, body))

    def _name(self, part: "email.message.Message") -> str:
        try:
            found = part.get_filename()
        except _BROKEN:
            self._faults.add("name")
            return ""
        return self._words(str(found)) if found else ""

    def _decoded(self, body: bytes, part: "email.message.Message") -> str:
        try:
            return body.decode(str(part.get_content_charset() or "utf-8"))
        except _BROKEN:
            if part.get_content_charset():
                self._faults.add("charset")
            return decode(body, self.answer)

    def _header(self, mail: "email.message.Message", name: str) -> str:
        found = next((value for known, value in mail.raw_items() if known.lower() == name.lower()), None)
        return self._words(str(found)) if found is not None else ""

    def _words(self, value: str) -> str:
        """A header in letters: encoded words (RFC 2047), and bytes that should not stand there at all."""
        try:
            parts = decode_header(value)
        except _BROKEN:
            self._faults.add("header")
            parts = [(value, None)]
        words = []
        for part, charset in parts:
            raw = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
            try:
                words.append(raw.decode("utf-8" if charset in (None, "unknown-8bit") else charset))
            except _BROKEN:
                self._faults.add("header")
                words.append(decode(raw, self.answer))
        return " ".join("".join(words).split())

    def _way(self, mail: "email.message.Message") -> str:
        """The stations that the mail says it came by, the last one first, each as one line; a header may be forged like any other."""
        try:
            stations = [str(one) for one in mail.get_all("Received", [])[:_STATIONS]]
        except _BROKEN:
            self._faults.add("header")
            return ""
        return "\n".join(" ".join(one.split())[:_STATION] for one in stations)

    def tell(self, mail: "email.message.Message") -> None:
        told = Told(self.answer)
        heads = {name: self._header(mail, head) for name, head in _HEADS.items()}
        told.row("mail", **heads, received=self._way(mail), fault=" ".join(sorted(self._faults)) or "none")
        for said, body in self._parts:
            row = told.row("part", **said)
            if body and len(body) <= MAX_MEMBER:
                self.answer.member(row, body)
        text = visible("\n\n".join(self._texts or self._pages).replace("\r\n", "\n").replace("\r", "\n"))
        self.answer.flag("text_cut", len(text.encode("utf-8", "replace")) > MAX_TEXT - 16)
        self.answer.text(text.encode("utf-8", "replace")[: MAX_TEXT - 16].decode("utf-8", "ignore"))
