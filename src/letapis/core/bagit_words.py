"""Which of our sentences says what a remark on a bag means: what one version forbids and another advises against is one sentence."""

from typing import Final

CODES: Final = (
    *("no_declaration", "declaration_mark", "declaration_form", "declaration_version", "declaration_encoding", "declaration_loose"),
    *("mark", "mark_loose", "encoding", "last_line", "manifest_line", "blank_line", "digest_form", "fetch_line", "info_line"),
    *("star", "relative", "unsafe", "percent", "letters", "backslash", "twice", "twice_same", "payload_in_tags", "payload_in_tags_loose"),
    *("outside_payload", "system_file", "system_gone", "alike", "no_manifest", "algorithm", "algorithm_other", "algorithm_name", "unlisted"),
    *("missing", "digest", "to_fetch", "fetch_unlisted", "fetch_here", "empty", "no_tag_manifest", "tags_lack_manifest"),
    *("tags_lack_manifest_loose", "tag_lists_less", "tag_unlisted", "oxum_form", "oxum", "oxum_twice", "oxum_twice_loose", "weak", "archive_root"),
)
"""Every code that ``core.bagit`` says, and ``archive_root``, which the reader of archives says."""


def meaning(code: str) -> str:
    """The key of the sentence for a code."""
    return f"bagit.means.{'declaration_form' if code == 'declaration_loose' else code.removesuffix('_loose')}"
