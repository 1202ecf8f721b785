"""Everything that may cross the border of the sandbox as a word, as fixed tables: the worker sends an index, the desk looks it up.

A value of a file can therefore never become a code, a type or a log line. Only pictures and cleaned text travel as content,
and both are checked again on our side.
"""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a file is, by its own first bytes."""

    PICTURE = "picture"
    PDF = "pdf"
    TEXT = "text"
    WEB = "web"
    OFFICE = "office"
    ARCHIVE = "archive"
    AUDIO = "audio"
    VIDEO = "video"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """How far the reader was locked in: ``full`` sees no network, no files but typefaces and no other process; ``process`` has the same
    system-call filter and limits in an ordinary namespace, and shows pictures only."""

    FULL = "full"
    PROCESS = "process"


KINDS: Final = tuple(Kind)
LEVELS: Final = tuple(Level)

MEDIA: Final = (
    "application/octet-stream",
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/tiff",
    "image/bmp",
    "image/heic",
    "image/svg+xml",
    "application/pdf",
    "text/plain",
    "message/rfc822",
    "application/mbox",
    "text/html",
    "application/xml",
    "application/zip",
    "application/x-tar",
    "application/gzip",
    "application/x-bzip2",
    "application/x-xz",
    "application/x-7z-compressed",
    "application/vnd.rar",
    "application/x-ole-storage",
    "application/rtf",
    "application/vnd.oasis.opendocument",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/flac",
    "audio/amr",
    "audio/mp4",
    "video/mp4",
    "video/webm",
    "video/x-msvideo",
)

FLAGS: Final = (
    "flags.kept_original",
    "flags.needs_full_sandbox",
    "flags.unreadable",
    "flags.type_conflict",
    "flags.polyglot",
    "flags.has_gps",
    "flags.gps_implausible",
    "flags.has_place",
    "flags.has_author",
    "flags.has_device",
    "flags.has_serial",
    "flags.has_time",
    "flags.has_thumbnail",
    "flags.thumbnail_differs",
    "flags.has_comment",
    "flags.has_program",
    "flags.has_xmp",
    "flags.turned",
    "flags.made_smaller",
    "flags.animated",
    "flags.pages_cut",
    "flags.text_cut",
    "flags.encrypted",
    "flags.javascript",
    "flags.actions",
    "flags.links",
    "flags.attachments",
    "flags.form",
    "flags.macros",
    "flags.external_links",
    "flags.tracked_changes",
    "flags.active_content",
    "flags.encoding_guessed",
    "flags.hidden_characters",
    "flags.formulas",
    "flags.nested_archive",
    "flags.encoding_utf16",
    "flags.encoding_cp1251",
    "flags.encoding_koi8r",
    "flags.encoding_cp866",
)

HOSTILE: Final = (
    "parse.empty",
    "parse.too_large",
    "parse.too_many_pixels",
    "parse.too_much_memory",
    "parse.too_much_output",
    "parse.timeout",
    "parse.crashed",
    "parse.bad_answer",
    "parse.xml_entities",
    "parse.archive_too_many",
    "parse.archive_too_large",
    "parse.archive_ratio",
    "parse.archive_path",
    "parse.archive_link",
    "parse.archive_duplicate",
    "parse.archive_overlap",
    "parse.archive_lies",
    "parse.archive_damaged",
    "parse.other_form",
    "parse.table_too_large",
    "parse.table_too_wide",
    "parse.table_locked",
    "parse.table_damaged",
    "parse.form_encrypted",
)

# Readers of ``inspect``: the module ``inspect_<name>`` with ``read(untrusted, answer)``.
READERS: Final = (
    *("archive", "layer", "web", "media", "mail", "telegram", "whatsapp", "proofmode", "credentials", "likeness", "results", "ocfl"),
    *("table", "proof", "bagit"),
)

# What a reader may say of a file, in the order of first use; new names are added at the end.
FACTS: Final = (
    "member.name",
    "member.size",
    "web.row",
    "web.form",
    "web.fault",
    "web.offset",
    "web.type",
    "web.address",
    "web.date",
    "web.status",
    "web.media",
    "web.method",
    "web.server",
    "web.agent",
    "web.software",
    "web.location",
    "web.digest",
    "web.size",
    "web.sha256",
    "web.part",
    "web.of",
    "web.page",
    "web.title",
    "web.created",
    "web.signed",
    "web.path",
    "meta.group",
    "meta.name",
    "meta.value",
    "meta.warning",
    "mail.from",
    "mail.to",
    "mail.cc",
    "mail.reply_to",
    "mail.subject",
    "mail.date",
    "mail.id",
    "mail.fault",
    "part.kind",
    "part.name",
    "part.type",
    "part.said",
    "part.size",
    "chat.kind",
    "chat.name",
    "chat.id",
    "chat.time",
    "chat.written",
    "chat.order",
    "chat.from",
    "chat.text",
    "chat.edited",
    "chat.forwarded",
    "chat.reply",
    "chat.media",
    "chat.media_type",
    "chat.missing",
    "chat.action",
    "like.difference",
    "ocfl.id",
    "ocfl.head",
    "ocfl.files",
    "ocfl.code",
    "ocfl.place",
    "table.form",
    "table.encoding",
    "table.delimiter",
    "table.width",
    "table.last",
    "table.used",
    "table.sheet",
    "table.columns",
    "table.lines",
    "table.more",
    "proof.code",
    "proof.moment",
    "proof.wants",
    "mail.received",
    "chat.of",
    "bagit.root",
    "bagit.version",
    "bagit.files",
    "bagit.algorithms",
    "bagit.code",
    "bagit.place",
    "form.id",
    "form.version",
    "form.instance",
    "form.key",
    "form.file",
    "form.signature",
    "form.media",
)
