"""Web captures of others, whether a capture holds what was seen, and how an item was captured."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.assertion import Result, sought
from letapis.core.capture import Group, from_lists
from letapis.core.errors import LetapisError, NotFound
from letapis.core.web_claims import DAMAGED, REFUSED, RIGHT, verdict
from letapis.desk import assertions, captures, reading, web_captures, web_roots
from letapis.faces.texts import texts
from letapis.faces.web.captured import field_name, field_of
from letapis.faces.web.carrying import carry_out
from letapis.faces.web.doing import Made, Progress
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm, let_go, offer_sources
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, is_reference, notice, page, see_other
from letapis.faces.web.session import takes_files
from letapis.faces.web.versions import carried, side_by_side

app_name = "captures"
_RECORDS_PAGE: Final = 100
_FIELDS: Final = {"evidence.title": "title", "evidence.source": "source", "evidence.duplicate": "file", "evidence.empty": "file",
                  "assertion.too_short": "words"}  # fmt: skip


class ImportForm(DeskForm):
    """What the capture is of, the words that were seen, and the file last."""

    section = "capture"
    title = forms.CharField(max_length=200)
    words = forms.CharField(max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.ChoiceField(required=False)
    file = forms.FileField(allow_empty_file=True)

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        offer_sources(self, request, dossier)


class SeenForm(DeskForm):
    """Words copied from the page as it was seen."""

    section = "capture"
    words = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))


class GroupForm(DeskForm):
    """The fields of one group of the capture record."""

    section = "capture"

    def __init__(self, request: Any, group: Group, given: dict[str, str], *arguments: Any) -> None:
        written = [one for one in group.fields if not one.reads]
        super().__init__(request, *arguments, initial={field_name(one): given.get(one.id, "") for one in written})
        for one in written:
            self.fields[field_name(one)] = field_of(one, self.language)


# ---- bringing in -----------------------------------------------------------------------------------------------------


@takes_files("dossier")
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: Any, dossier: str) -> HttpResponse:
    """Take in a web capture; it is read beside the pages, and what came of it is its page."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "evidence"))
    if request.method != "POST":
        return page(request, "captures/import.html", context | {"form": ImportForm(request, ident_)})
    upload = request.FILES.get("file")
    form = ImportForm(request, ident_, request.POST, request.FILES)
    if not form.is_valid() or not _fits(form):
        if upload is not None:
            let_go(form, request, [upload])
        return page(request, "captures/import.html", context | {"form": form}, 422)
    told, desk, reader = form.cleaned_data, request.desk, request.reader
    about = web_captures.CaptureForm(told["title"], upload.untrusted_name[:1000], bytes.fromhex(told["source"]), _lines(told["words"]))
    sealed = upload.sealed

    def work(progress: Progress) -> web_captures.Brought:
        return web_captures.keep_capture(desk, reader, ident_, about, sealed, progress)

    return carry_out(request, "capture", work, lambda made: _brought(request, ident_, form, made))


def _fits(form: ImportForm) -> bool:
    """Whether the words are long enough, asked before anything is kept."""
    try:
        sought(_lines(form.cleaned_data["words"]))
    except LetapisError as error:
        form.complain(error, "words")
        return False
    return True


def _brought(request: Any, dossier: bytes, form: ImportForm, made: Made) -> HttpResponse:
    try:
        one = made()
    except LetapisError as error:
        form.complain(error, _FIELDS.get(error.code, "file"))
        return page(request, "captures/import.html", dict(frame(request, dossier, "evidence")) | {"form": form}, 422)
    notice(request, f"capture.verdict.{one.soundness}")
    return see_other("captures:show", item=one.item.hex())


def _lines(words: str) -> tuple[str, ...]:
    """Passages that were seen: what an empty line parts are two."""
    return tuple(part.strip() for part in words.replace("\r\n", "\n").split("\n\n") if part.strip())


# ---- how it was captured ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GroupLines:
    """A group in words: what was given and whose word it is, how much there is to say, whether a court needs it, what nobody said yet."""

    group: Group
    label: str
    given: list[tuple[str, str, bool, str]]
    total: int
    missing: bool
    unsaid: list[str]
    written: bool


@require_safe
def show(request: Any, item: str) -> HttpResponse:
    return _show(request, reading.evidence(request.desk, request.reader, ident(item)), SeenForm(request))


def _show(request: Any, kept: reading.EvidenceView, form: SeenForm) -> HttpResponse:
    desk, reader, lines = request.desk, request.reader, Lines(request)
    view = captures.capture_of(desk, reader, kept.object)
    asked = [one for one in desk.catalogue.capture.groups if one.fits(kept.kind) or any(field.id in view.given for field in one.fields)]
    groups = [_group(request, one, view) for one in asked]
    found, listing = web_captures.found_of(desk, reader, kept.object), web_captures.listing_of(desk, reader, kept.object)
    told, web = assertions.assertion_of(desk, reader, kept.object), captures.is_web(kept)
    part = part_of(listing.get("records", []), request.GET.get("page", ""), _RECORDS_PAGE)
    context = dict(frame(request, kept.dossier, "evidence")) | {
        "item": kept,
        "is_web": web,
        "least": [one for one in groups if one.group.minimum and web],
        "rest": sorted((one for one in groups if not (one.group.minimum and web)), key=lambda one: not one.given),
        "missing": [group.label[request.language] for group in view.missing],
        "conflicts": [(kind, _versions(request, lines, view, kind)) for kind in view.shown if len(view.heads[kind]) > 1],
        "seen": told,
        "seen_reason": code_words(told.reason, request.language) if told else "",
        "found": [(_tone(code), code_words(code, request.language)) for code in found],
        "soundness": f"capture.verdict.{verdict(found)}" if found else "",
        "listing": listing,
        "part": part,
        "records": len(listing.get("records", [])),
        "parts": parts_of(request, kept.object),
        "can_read": web and not found,
        "form": form,
    }
    return page(request, "captures/show.html", context, 422 if form.errors else 200)


def _group(request: Any, group: Group, view: captures.CaptureView) -> GroupLines:
    language = request.language
    values = {**view.read, **view.given}
    whose = {one.id: "" if not one.reads else "capture.from_records" if group.id == "file" else "capture.file_says" for one in group.fields}
    given = [(one.label[language], one.shown(values[one.id], language), one.sealed, whose[one.id]) for one in group.fields if one.id in values]
    open_ = [one.label[language] for one in group.fields if one in view.unsaid]
    written = any(not one.reads for one in group.fields)
    return GroupLines(group, group.label[language], given, len(group.fields), group in view.missing, open_, written)


def _versions(request: Any, lines: Lines, view: captures.CaptureView, kind: str) -> list[tuple[str, str]]:
    """What each colleague wrote who did not know of the other."""

    def says(record: Any) -> str:
        given = from_lists(record.texts("fields"), record.texts("values"))
        named = ((request.desk.catalogue.capture.field(one), value) for one, value in given.items())
        return "; ".join(f"{field.label[request.language]}: {value}" for field, value in named if field is not None)

    return side_by_side(request, lines, view.shown[kind], view.heads[kind], says)


def parts_of(request: Any, item: bytes) -> list[tuple[reading.EvidenceView, str]]:
    """What was taken out of an item, each with what it is in words."""
    found = [one for one in reading.parts_of(request.desk, request.reader, item) if one.name != web_captures.LISTING]
    keys = ["capture.part.text" if one.name == web_captures.TEXT else f"evidence.kind.{one.kind}" for one in found]
    return [(one, texts().say(key, request.language)) for one, key in zip(found, keys, strict=True)]


def code_words(code: str, language: str) -> str:
    """The sentence of a code; the code itself where a newer version wrote one that has none here."""
    key = next((key for key in (f"errors.{code}", code) if key in texts()), None)
    return texts().say(key, language) if key else code


def _tone(code: str) -> str:
    if code in RIGHT:
        return "good"
    return "warn" if code in REFUSED | DAMAGED else ""


def on_item(request: Any, kept: reading.EvidenceView) -> dict[str, Any]:
    """What the page of an item shows of its capture: what was taken out of it, and whether it holds what was seen."""
    seen = assertions.assertion_of(request.desk, request.reader, kept.object)
    hollow = seen is not None and seen.result is Result.HOLLOW
    return {"capture_hollow": hollow, "capture_parts": parts_of(request, kept.object) if captures.is_web(kept) else []}


@require_http_methods(["GET", "HEAD", "POST"])
def group(request: Any, item: str, group: str) -> HttpResponse:
    """Say something of one part of how it was captured."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    asked = request.desk.catalogue.capture.group(group)
    if asked is None or all(one.reads for one in asked.fields):
        raise NotFound("web.no_such_page")
    view = captures.capture_of(request.desk, request.reader, kept.object)
    form = GroupForm(request, asked, dict(view.given), *([request.POST] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        said = {one.id: form.cleaned_data[field_name(one)] for one in asked.fields if not one.reads}
        try:
            captures.set_capture(request.desk, request.reader, kept.object, said, _seen(request))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, error.where.replace(".", "-") or None)
        else:
            notice(request, "capture.saved")
            return see_other("captures:show", item=item)
    context = dict(frame(request, kept.dossier, "evidence")) | {
        "item": kept,
        "label": asked.label[request.language],
        "form": form,
        "versions": [(kind, request.POST.get(f"seen-{kind}", "") or carried(heads)) for kind, heads in view.heads.items()],
    }
    return page(request, "captures/group.html", context, 422 if form.errors else 200)


def _seen(request: Any) -> dict[str, tuple[bytes, ...]]:
    """The versions that the form was made from, by type of record."""
    told = {kind: request.POST.get(f"seen-{kind}", "").split()[:16] for kind in (captures.OPEN, captures.SEALED)}
    return {kind: tuple(bytes.fromhex(word) for word in words if is_reference(word)) for kind, words in told.items() if words}


@require_POST
def seen(request: Any, item: str) -> HttpResponse:
    """Say what was seen, and have the capture searched for it."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    form = SeenForm(request, request.POST)
    if form.is_valid():
        try:
            found = assertions.assert_seen(request.desk, request.reader, kept.object, _lines(form.cleaned_data["words"]))
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, "words")
        else:
            notice(request, f"assertion.result.{found.result}")
            return see_other("captures:show", item=item)
    return _show(request, kept, form)


@require_POST
def look(request: Any, item: str) -> HttpResponse:
    """Read a capture that came in by another way, or check one again under the certificates that are pinned now."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    try:
        if web_captures.was_read(request.desk, request.reader, kept.object):
            found = web_captures.check_again(request.desk, request.reader, kept.object)
        else:
            found = web_captures.read_capture(request.desk, request.reader, kept.object).codes
    except LetapisError as error:
        if isinstance(error, NotFound):
            raise
        notice(request, f"errors.{error.code}")
    else:
        notice(request, f"capture.verdict.{verdict(found)}")
    return see_other("captures:show", item=item)


# ---- whose signatures count ------------------------------------------------------------------------------------------


class RootForm(DeskForm):
    """One certificate of an authority, as text."""

    section = "capture"
    certificate = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}))


@require_http_methods(["GET", "HEAD", "POST"])
def roots(request: Any) -> HttpResponse:
    """The pinned certificates; one more is pinned here."""
    form = RootForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            web_roots.pin_root(request.desk, request.reader, form.cleaned_data["certificate"])
        except LetapisError as error:
            form.complain(error, "certificate")
        else:
            notice(request, "capture.pinned")
            return see_other("captures:roots")
    context = {"form": form, "roots": web_roots.roots(request.desk, request.reader)}
    return page(request, "captures/roots.html", context, 422 if form.errors else 200)


@require_POST
def drop(request: Any, root: str) -> HttpResponse:
    web_roots.drop_root(request.desk, request.reader, ident(root))
    notice(request, "capture.dropped")
    return see_other("captures:roots")


urlpatterns = [
    path("captures/certificates", roots, name="roots"),
    path("captures/certificates/<str:root>/drop", drop, name="drop"),
    path("dossiers/<str:dossier>/captures/import", bring_in, name="import"),
    path("evidence/<str:item>/capture", show, name="show"),
    path("evidence/<str:item>/capture/seen", seen, name="seen"),
    path("evidence/<str:item>/capture/look", look, name="look"),
    path("evidence/<str:item>/capture/<str:group>", group, name="group"),
]
