"""An export of Telegram Desktop, of one chat or of all: one row for each message. Runs inside the sandbox.

The written time has no zone; beside it stand seconds, which are used. A text is a string or a list of parts; what is not of this form is
passed over, never the rest.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.told import Told, moment_in
from letapis.engines.parse.wire import MAX_ROWS

_MEDIA: Final = ("photo", "file")


def read(untrusted: bytes, answer: Answer) -> None:
    try:
        export = json.loads(untrusted.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise Stop("parse.other_form") from None
    told, count = Told(answer), 0
    for chat in _chats(export):
        for number, message in enumerate(chat["messages"]):
            if isinstance(message, dict) and count < MAX_ROWS:
                count += 1
                _message(_text(chat.get("name")), "" if number else _text(chat.get("id")), message, told)
    if not count:
        raise Stop("parse.other_form")
    answer.flag("text_cut", count >= MAX_ROWS)


def _chats(export: Any) -> Iterator[dict[str, Any]]:
    """The one chat, or those of a full export, those that were left included."""
    if not isinstance(export, dict):
        return
    found = [export]
    for name in ("chats", "left_chats"):
        group = export.get(name)
        listed = group.get("list") if isinstance(group, dict) else None
        found += [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    yield from (one for one in found if isinstance(one.get("messages"), list))


def _message(chat: str, of: str, said: dict[str, Any], told: Told) -> None:
    media = next((_text(said[name]) for name in _MEDIA if name in said), "")
    absent = media.startswith("(")  # "(File not included. …)"
    told.row(
        "chat",
        kind="service" if said.get("type") == "service" else "message",
        name=chat,
        of=of,
        id=_text(said.get("id")),
        time=moment_in(said.get("date_unixtime")),
        written=_text(said.get("date")),
        **{"from": _text(said.get("from") or said.get("actor"))},
        text=_words(said.get("text")),
        edited=moment_in(said.get("edited_unixtime")) or _text(said.get("edited")),
        forwarded=_text(said.get("forwarded_from")),
        reply=_text(said.get("reply_to_message_id")),
        media="" if absent else media,
        media_type=_text(said.get("media_type") or ("photo" if "photo" in said else said.get("mime_type"))),
        missing="yes" if absent else "",
        action=_text(said.get("action")),
    )


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _words(value: Any) -> str:
    """A text that is a string, or strings and marked parts in a list."""
    if isinstance(value, list):
        return "".join(part if isinstance(part, str) else _text(part.get("text")) if isinstance(part, dict) else "" for part in value)
    return _text(value)
