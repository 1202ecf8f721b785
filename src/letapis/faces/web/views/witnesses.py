"""Who has seen our logs: how each log stands, who the witnesses are, what each is asked, and the place for what it answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core import cover_leaves as rules
from letapis.core import forks
from letapis.core.errors import LetapisError, NotFound, Refused
from letapis.core.instants import moment_at
from letapis.core.witness_policy import GROUPS, available
from letapis.desk import cover_leaves, log_files, members, people, reading, witnessed, witnesses, witnessing
from letapis.desk.witnessed import Standing
from letapis.desk.witnesses import Witness, WitnessForm
from letapis.desk.witnessing import Taken
from letapis.faces.texts import texts
from letapis.faces.web.carrying import answering, carry_out
from letapis.faces.web.doing import Made
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.session import takes_small_file
from letapis.faces.web.streams import saved
from letapis.faces.web.versions import carried, seen_versions

app_name = "witnesses"
_LARGEST: Final = 1 << 20
_TOLD: Final = 12
_TONES: Final = {"forked": "bad", "seen": "good", "not_seen": "warn", "old": "warn", "nothing_due": ""}
_FIELDS: Final = {
    "witnesses.name": "name",
    "witnesses.keys": "keys",
    "witnesses.keys_change": "keys",
    "witnesses.key_twice": "keys",
    "witnesses.name_twice": "keys",
    "witnesses.group": "group",
    "witnesses.household_group": "household",
    "witnesses.address": "address",
}


class EntryForm(DeskForm):
    """What a keeper says of a witness."""

    section = "witnesses"
    name = forms.CharField(max_length=200)
    keys = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}))
    group = forms.ChoiceField()
    household = forms.CharField(required=False, max_length=200)
    address = forms.CharField(required=False, max_length=500, widget=forms.TextInput(attrs={"spellcheck": "false", "inputmode": "url"}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("group", [(group, f"witnesses.group.{group}") for group in GROUPS])

    def said(self) -> WitnessForm:
        told = self.cleaned_data
        return WitnessForm(told["name"], tuple(told["keys"].split()), told["group"], told["household"], told["address"])


class NeedsForm(DeskForm):
    """How many of each group are due; a field for every group that has a witness."""

    section = "witnesses"

    def __init__(self, request: Any, offered: dict[str, int], *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        for group, count in offered.items():
            label = texts().say(f"witnesses.need.{group}", self.language)
            self.fields[group] = forms.IntegerField(min_value=0, max_value=count, required=False, label=label)


class ReplyForm(DeskForm):
    """What a witness answered, pasted or as a file."""

    section = "witnesses"
    text = forms.CharField(required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}))
    file = forms.FileField(required=False, allow_empty_file=True)


class CoverForm(DeskForm):
    """By how much each log is shown to grow, and in how many hours."""

    section = "cover"
    step = forms.IntegerField(min_value=rules.SMALLEST, max_value=rules.LARGEST)
    hours = forms.IntegerField(min_value=1, max_value=rules.LONGEST)


class FolderForm(DeskForm):
    """The folder of the log as files."""

    section = "tiles"
    folder = forms.CharField(max_length=1000, widget=forms.TextInput(attrs={"spellcheck": "false"}))

    @property
    def place(self) -> Path:
        return Path(self.cleaned_data["folder"]).expanduser().absolute()


class CompareForm(FolderForm):
    """The same, with a checkpoint that somebody kept."""

    kept = forms.FileField(required=False, allow_empty_file=True)


@dataclass(frozen=True)
class LogLine:
    """One log in words: whose device, how it stands, what is missing, and what each witness signed last."""

    device: str
    here: bool
    one: Standing
    tone: str
    state: str
    agreed_day: str
    newest_day: str
    missing: tuple[tuple[str, int], ...]
    seen: tuple[tuple[str, int, str], ...]
    ahead: tuple[tuple[str, str], ...]
    covers: int


@dataclass(frozen=True)
class ForkLine:
    """Two checkpoints that do not go together: of whose device, and whether somebody has to deal with it."""

    item: reading.ItemView
    device: str
    waits: bool


def _whose(request: Any, lines: Lines, fork: reading.ItemView) -> str:
    known = next((one for one in people.directory(request.desk).devices.values() if one.log == fork.text("origin")), None)
    return (lines.device(known.device) or known.label) if known else fork.text("origin")


def _day(seconds: int | None) -> str:
    return moment_at(seconds).date().isoformat() if seconds else ""


def _log_line(request: Any, lines: Lines, one: Standing, known: list[Witness], covers: int) -> LogLine:
    missing = tuple((f"witnesses.group.{group}", count) for group, count in one.missing.items())
    seen = tuple((w.name, one.last[w.item].size, _day(one.last[w.item].time)) if w.item in one.last else (w.name, 0, "") for w in known)
    name = lines.device(one.device.device) or one.device.label
    ahead = tuple((w.name, _day(one.ahead[w.item].time)) for w in known if w.item in one.ahead)
    days = (_day(one.agreed_time), _day(one.newest_time))
    here, tone, state = one.device.device == request.desk.device, _TONES[one.state], f"witnesses.state.{one.state}"
    return LogLine(name, here, one, tone, state, *days, missing, seen, ahead, covers)


@require_safe
def overview(request: Any) -> HttpResponse:
    return _overview(request, None, 200)


def _overview(
    request: Any, wrong: NeedsForm | None, status: int, fault: str = "", reason: str = "", covering: CoverForm | None = None
) -> HttpResponse:
    desk, reader, lines = request.desk, request.reader, Lines(request)
    reading.members(desk, reader)
    known, due = witnesses.witnesses(desk, reader), witnesses.needs(desk, reader)
    offered, covered = available([one.key for one in known]), cover_leaves.covering(desk, reader)
    rhythm = covered.rhythm
    context = {
        "logs": [_log_line(request, lines, one, known, covered.leaves.get(one.device.device, 0)) for one in witnessed.standing(desk, reader)],
        "rhythm": rhythm,
        "cover": covering or CoverForm(request, initial={"step": (rhythm or rules.USUAL).step, "hours": (rhythm or rules.USUAL).hours}),
        "witnesses": [(one, f"witnesses.group.{one.key.group}") for one in known],
        "due": [(f"witnesses.group.{group}", count, offered.get(group, 0)) for group, count in due.items()],
        "keeper": people.is_keeper(desk, reader),
        "form": wrong or NeedsForm(request, offered, initial=due),
        "seen": request.POST.get("seen", "") or carried(witnesses.quorum_seen(desk, reader)),
        "forks": [ForkLine(one, _whose(request, lines, one), one.text("state") == witnessed.OPEN) for one in witnessed.forks_of(desk, reader)],
        "open_forks": len(witnessed.forks_of(desk, reader, witnessed.OPEN)),
        "fault": fault,
        "reason": reason,
    }
    return page(request, "witnesses/list.html", context, status)


@require_POST
def quorum(request: Any) -> HttpResponse:
    """Decide how many of each group are due."""
    desk, reader = request.desk, request.reader
    form = NeedsForm(request, available([one.key for one in witnesses.witnesses(desk, reader)]), request.POST)
    if form.is_valid():
        try:
            wanted = {group: count or 0 for group, count in form.cleaned_data.items()}
            witnesses.set_needs(desk, reader, wanted, seen_versions(request.POST))
        except LetapisError as error:
            form.complain(error)
        else:
            notice(request, "witnesses.quorum_kept")
            return see_other("witnesses:list")
    return _overview(request, form, 422)


@require_POST
def cover(request: Any) -> HttpResponse:
    """Let the size of the logs show nothing, or show them as they are."""
    desk, reader = request.desk, request.reader
    form = CoverForm(request, request.POST)
    ends = "end" in request.POST
    if ends or form.is_valid():
        try:
            if ends:
                cover_leaves.end(desk, reader)
            else:
                cover_leaves.cover(desk, reader, form.cleaned_data["step"], form.cleaned_data["hours"])
        except LetapisError as error:
            form.is_valid()
            form.complain(error)
        else:
            notice(request, "cover.ended" if ends else "cover.decided")
            return see_other("witnesses:list")
    return _overview(request, None, 422, covering=form)


@require_POST
def checkpoint(request: Any) -> HttpResponse:
    """Sign what this device recorded so far, without waiting for the next step."""
    reading.members(request.desk, request.reader)
    try:
        cover_leaves.checkpoint(request.desk, whole=True)
    except LetapisError as error:
        return _overview(request, None, 422, f"errors.{error.code}")
    notice(request, "cover.signed")
    return see_other("witnesses:list")


@require_POST
def fork_note(request: Any, fork: str) -> HttpResponseBase:
    """One of the two checkpoints, to be shown to whoever wants to see for themselves."""
    one = reading.item(request.desk, request.reader, ident(fork), "log_fork")
    which = "second" if request.POST.get("which") == "second" else "first"
    data = one.text(which).encode("utf-8")
    return saved([data], f"checkpoint-{one.item.hex()[:8]}-{which}.note", len(data))


@require_POST
def settle(request: Any, fork: str) -> HttpResponse:
    """What was done about it."""
    reason = request.POST.get("reason", "")
    try:
        witnessing.settle_fork(request.desk, request.reader, ident(fork), reason)
    except NotFound:
        raise
    except LetapisError as error:
        return _overview(request, None, 422, f"errors.{error.code}", reason)
    notice(request, "witnesses.settled")
    return see_other("witnesses:list")


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: Any) -> HttpResponse:
    """Write this device's log into a folder as plain files, beside the pages."""
    desk, reader = request.desk, request.reader
    reading.members(desk, reader)
    form = FolderForm(request, request.POST if request.method == "POST" else None)

    def answer(made: Made) -> HttpResponse:
        try:
            one = made()
        except LetapisError as error:
            form.complain(error, "folder")
            return _files(request, form, CompareForm(request, auto_id="compare_%s"))
        notice(request, "tiles.written", size=one.size, count=one.tiles)
        return see_other("witnesses:files")

    if request.method == "POST" and form.is_valid():
        return carry_out(request, "tiles", lambda progress: log_files.write_out(desk, reader, form.place, progress), answer)
    return _files(request, form, CompareForm(request, auto_id="compare_%s"))


@takes_small_file(_LARGEST)
@require_POST
def files_compare(request: Any) -> HttpResponse:
    """Hold a folder against itself, this desk, and a checkpoint that was kept, beside the pages."""
    desk, reader = request.desk, request.reader
    form = CompareForm(request, request.POST, request.FILES, auto_id="compare_%s")
    upload = request.FILES.get("kept")
    kept = upload.data if upload is not None else b""

    def answer(made: Made) -> HttpResponse:
        try:
            one = made()
        except LetapisError as error:
            form.complain(error, "folder")
            return _files(request, FolderForm(request), form)
        return _files(request, FolderForm(request), form, one)

    if form.is_valid():
        return carry_out(request, "tiles_compare", lambda progress: log_files.compare(desk, reader, form.place, kept, progress), answer)
    return _files(request, FolderForm(request), form)


def _files(request: Any, form: FolderForm, compare: CompareForm, found: log_files.Compared | None = None) -> HttpResponse:
    against = found is not None and (found.contradicts or found.found in forks.AGAINST)
    context = {"form": form, "compare": compare, "found": found, "against": against, "word": f"witness.found.{found.found}" if found else ""}
    return page(request, "witnesses/files.html", context, 422 if form.errors or compare.errors or against else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Any) -> HttpResponse:
    """Enter a witness; keepers do."""
    members.require_keeper(request.desk, request.reader)
    form = EntryForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = witnesses.add_witness(request.desk, request.reader, form.said())
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "witnesses.added")
            return see_other("witnesses:show", witness=made.hex())
    return page(request, "witnesses/add.html", {"form": form}, 422 if form.errors else 200)


@require_safe
def show(request: Any, witness: str) -> HttpResponse:
    return _show(request, witnesses.witness(request.desk, request.reader, ident(witness)), 200)


def _show(request: Any, one: Witness, status: int, reply: ReplyForm | None = None, entry: EntryForm | None = None, fault: str = "") -> HttpResponse:
    known = {"name": one.name, "keys": "\n".join(key.text for key in one.key.keys), "group": one.key.group}
    known |= {"household": one.key.household, "address": one.address}
    context = {
        "one": one,
        "group": f"witnesses.group.{one.key.group}",
        "keeper": people.is_keeper(request.desk, request.reader),
        "reply": reply or ReplyForm(request, auto_id="reply_%s"),
        "entry": entry or EntryForm(request, initial=known, auto_id="entry_%s"),
        "seen": request.POST.get("seen", "") or carried(one.seen),
        "fault": fault,
    }
    return page(request, "witnesses/show.html", context, status)


@require_POST
def change(request: Any, witness: str) -> HttpResponse:
    one = witnesses.witness(request.desk, request.reader, ident(witness))
    form = EntryForm(request, request.POST, auto_id="entry_%s")
    if form.is_valid():
        try:
            witnesses.change_witness(request.desk, request.reader, one.item, form.said(), seen_versions(request.POST))
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "witnesses.changed")
            return see_other("witnesses:show", witness=witness)
    return _show(request, one, 422, entry=form)


@require_POST
def end(request: Any, witness: str) -> HttpResponse:
    one = witnesses.witness(request.desk, request.reader, ident(witness))
    try:
        witnesses.end_witness(request.desk, request.reader, one.item)
    except LetapisError as error:
        return _show(request, one, 422, fault=f"errors.{error.code}")
    notice(request, "witnesses.ended")
    return see_other("witnesses:list")


@require_POST
def ask(request: Any, witness: str) -> HttpResponseBase:
    """The request as a text file to be sent by messenger or carried on a stick: one armoured part for each log."""
    one = witnesses.witness(request.desk, request.reader, ident(witness))
    try:
        made = witnessing.requests(request.desk, request.reader, one)
    except LetapisError as error:
        return _show(request, one, 422, fault=f"errors.{error.code}")
    if not made:
        notice(request, "witnesses.nothing_to_ask")
        return see_other("witnesses:show", witness=witness)
    data = witnessing.request_text(made).encode("ascii")
    return saved([data], f"witness-request-{one.item.hex()[:8]}.txt", len(data))


@takes_small_file(_LARGEST)
@require_POST
def take(request: Any, witness: str) -> HttpResponse:
    """The answer, pasted or as a file."""
    one = witnesses.witness(request.desk, request.reader, ident(witness))
    form = ReplyForm(request, request.POST, request.FILES, auto_id="reply_%s")
    if form.is_valid():
        upload = request.FILES.get("file")
        data = upload.data if upload is not None and upload.data else form.cleaned_data["text"].strip().encode("utf-8") + b"\n"
        try:
            if len(data) > _LARGEST:
                raise Refused("web.file_too_large")
            taken = witnessing.take(request.desk, request.reader, data.replace(b"\r\n", b"\n"), one)
        except LetapisError as error:
            form.complain(error, "file" if upload is not None and upload.data else "text")
        else:
            _tell(request, taken)
            return see_other("witnesses:show", witness=witness)
    return _show(request, one, 422, reply=form)


@require_POST
def submit(request: Any, witness: str) -> HttpResponse:
    """Ask over the network, beside the pages."""
    desk, reader = request.desk, request.reader
    one = witnesses.witness(desk, reader, ident(witness))

    def done(taken: list[Taken]) -> HttpResponse:
        _tell(request, taken)
        return see_other("witnesses:show", witness=witness)

    answer = answering(done, lambda why: _show(request, one, 422, fault=why))
    return carry_out(request, "witness", lambda progress: witnessing.submit(desk, reader, one, progress), answer)


def _tell(request: Any, taken: list[Taken]) -> None:
    """What came of each answer; of many the first ones."""
    for one in taken[:_TOLD]:
        if one.outcome == "refused":
            notice(request, f"witnesses.refused.{one.status}")
        else:
            notice(request, f"witnesses.outcome.{one.outcome}", size=one.size)
    if not taken:
        notice(request, "witnesses.nothing_to_ask")


urlpatterns = [
    path("witnesses", overview, name="list"),
    path("witnesses/quorum", quorum, name="quorum"),
    path("witnesses/cover", cover, name="cover"),
    path("witnesses/checkpoint", checkpoint, name="checkpoint"),
    path("witnesses/files", files, name="files"),
    path("witnesses/files/compare", files_compare, name="files_compare"),
    path("witnesses/add", add, name="add"),
    path("witnesses/forks/<str:fork>/note", fork_note, name="fork_note"),
    path("witnesses/forks/<str:fork>/settle", settle, name="settle"),
    path("witnesses/<str:witness>", show, name="show"),
    path("witnesses/<str:witness>/change", change, name="change"),
    path("witnesses/<str:witness>/end", end, name="end"),
    path("witnesses/<str:witness>/request", ask, name="request"),
    path("witnesses/<str:witness>/reply", take, name="reply"),
    path("witnesses/<str:witness>/ask", submit, name="submit"),
]
