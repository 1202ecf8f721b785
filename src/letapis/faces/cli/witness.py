"""``letapis witness …``: cosign the logs of others. It needs one small folder and a passphrase, and nothing else of letapis."""

import hashlib
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letapis.core.errors import Busy, Damaged, Refused, UsageError
from letapis.core.instants import instant, moment_at
from letapis.core.language import LANGUAGES
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.notes import VerifierKey
    from letapis.engines.witness import Answer, OpenWitness, Witness

_LARGEST = 8 << 20
_ASKED, _ANSWERED = "WITNESS REQUEST", "WITNESS REPLY"


def add(verbs: Verbs) -> None:
    verbs.verb("witness init", _init).add_argument("name", metavar="NAME")
    verbs.verb("witness add-log", _add_log).add_argument("keys", metavar="FILE|-")
    verbs.verb("witness sign", _sign).add_argument("files", metavar="FILE|-", nargs="+")
    serve = verbs.verb("witness serve", _serve)
    serve.add_argument("--listen", default="127.0.0.1:8713", metavar="ADDRESS:PORT")
    verbs.verb("witness status", _status)
    verbs.verb("witness recall", _recall).add_argument("checkpoint", metavar="CHECKPOINT")


# ---- the folder ------------------------------------------------------------------------------------------------------


def _witness(call: Call) -> "Witness":
    from letapis.engines.witness import Witness

    return Witness.load(call.workspace)


def _opened(call: Call) -> "OpenWitness":
    def explain(shows: str) -> str:
        return "\n\n".join(call.texts.say(f"witness.shows.{shows}", language) for language in LANGUAGES)

    return _witness(call).unlock(call.passphrase(), explain)


def _now() -> int:
    return int(time.time())


def _init(call: Call) -> None:
    from letapis.engines.witness import PUBLIC, create_witness
    from letapis.faces.cli.workspace import given_passphrase

    given = given_passphrase(call)
    witness, passphrase = create_witness(call.workspace, call.options.name, given)
    keys = [key.text for key in witness.keys]
    place = str(witness.path / PUBLIC)
    lines = [call.say("cli.witness.made"), f"  {place}"]
    value: dict[str, object] = {"name": witness.name, "keys": keys, "file": place}
    if given is None:
        value["passphrase"] = passphrase
        lines = [call.say("cli.init.passphrase"), f"    {passphrase}", *lines]
    call.give(value, lines)


def read_file(argument: str) -> bytes:
    """A file, or standard input for ``-``."""
    try:
        if argument == "-":
            data = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(argument).open("rb") as stream:
                data = stream.read(_LARGEST + 1)
    except OSError:
        raise Busy("cli.file_unreadable") from None
    if len(data) > _LARGEST:
        raise UsageError("witness.request_size")
    return data


def write_file(place: Path, data: bytes) -> Path:
    """A request or an answer as a file. Raises Busy where it cannot be written."""
    from letapis.engines.keys.workspace import write_private

    try:
        write_private(place.absolute(), data)
    except OSError:
        raise Busy("witness.answer_unwritable") from None
    return place


def log_keys(argument: str) -> dict[str, list["VerifierKey"]]:
    """Keys of logs by origin, out of a policy file or bare lines. Keys of witnesses in it are not ours to know."""
    from letapis.core.notes import KeyKind, parse_vkey

    found: dict[str, list[VerifierKey]] = {}
    try:
        lines = read_file(argument).decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise UsageError("witness.log_keys") from None
    for words in (line.split() for line in lines if line.strip() and not line.startswith("#")):
        if words[0] in ("witness", "group", "quorum"):
            continue
        try:
            key = parse_vkey(words[1] if words[0] == "log" and len(words) > 1 else words[0])
        except Damaged:
            raise UsageError("witness.log_keys") from None
        if key.kind is KeyKind.COSIGNATURE:
            raise UsageError("witness.log_keys")
        found.setdefault(key.name, []).append(key)
    if not found:
        raise UsageError("witness.log_keys")
    return found


def _add_log(call: Call) -> None:
    witness, told, lines = _witness(call), [], []
    for keys in log_keys(call.options.keys).values():
        origin = witness.add_log(keys)
        prints = [hashlib.sha256(key.public).hexdigest() for key in keys]
        told.append({"origin": origin, "fingerprints": prints})
        lines += [call.say("cli.witness.watches", origin=origin), *(f"  {one}" for one in prints)]
    call.give({"logs": told}, [*lines, call.say("cli.witness.compare_prints")])


def _status(call: Call) -> None:
    witness = _witness(call)
    seen, evidence = witness.last_seen(), [str(path) for path in witness.evidence()]
    told: list[dict[str, Any]] = []
    for origin in witness.logs():
        known = seen.get(origin)
        when = instant(moment_at(known[1])) if known and known[1] else ""
        told.append({"origin": origin, "size": known[0].size if known else None, "root": known[0].root.hex() if known else "", "signed": when})
    lines = [_status_line(call, log) for log in told] or [call.say("cli.witness.no_logs")]
    lines += [call.say("cli.witness.evidence", count=len(evidence)), *(f"  {path}" for path in evidence)] if evidence else []
    call.give({"name": witness.name, "keys": [key.text for key in witness.keys], "logs": told, "evidence": evidence}, [witness.name, *lines])


def _status_line(call: Call, log: dict[str, Any]) -> str:
    if log["size"] is None:
        return call.say("cli.witness.not_seen", origin=log["origin"])
    return call.say("cli.witness.seen", origin=log["origin"], size=log["size"], when=log["signed"])


def _recall(call: Call) -> None:
    known = _opened(call).recall(read_file(call.options.checkpoint))
    call.give({"size": known.size, "root": known.root.hex()}, [call.say("cli.witness.recalled", size=known.size)])


# ---- signing ---------------------------------------------------------------------------------------------------------


def _sign(call: Call) -> None:
    """Requests in, answers beside them; several requests in one armoured text are answered in one."""
    witness = _opened(call)
    told = [one for argument in call.options.files for one in _sign_one(call, witness, argument)]
    lines = [line for one in told for line in one["lines"]]
    call.give({"answers": [{name: value for name, value in one.items() if name != "lines"} for one in told]}, lines)
    if any(one["status"] != 200 for one in told):
        raise Refused("witness.some_refused")


def _sign_one(call: Call, witness: "OpenWitness", argument: str) -> list[dict[str, Any]]:
    from letapis.desk import armour

    data = read_file(argument)
    if b"LETAPIS WITNESS REQUEST" not in data:
        answer = witness.answer(data, _now)
        place = Path("answer" if argument == "-" else argument).with_suffix(".refused" if answer.refusal else ".cosignatures")
        write_file(place, _bytes(answer))
        return [_told(call, answer, str(place))]
    requests = armour.unwrap_all(_ASKED, data.decode("utf-8", "replace"))
    answers = [witness.answer(request, _now) for request in requests]
    text = "\n".join(armour.wrap(_ANSWERED, _bytes(answer)) for answer in answers)
    if argument == "-":
        told = [_told(call, answer, "") for answer in answers]
        told[0]["text"], told[-1]["lines"] = text, [*told[-1]["lines"], text]
        return told
    place = Path(argument).with_suffix(".reply.txt")
    write_file(place, text.encode("ascii"))
    return [_told(call, answer, str(place)) for answer in answers]


def _bytes(answer: "Answer") -> bytes:
    return answer.refusal.text if answer.refusal else answer.lines


def _told(call: Call, answer: "Answer", place: str) -> dict[str, Any]:
    judged = answer.judged
    origin, size = (judged.head.origin, judged.head.size) if judged.head else ("", None)
    lines = [call.say(f"witness.status.{judged.status}", origin=origin, size=size or 0)]
    lines += [f"  {call.explain(judged.reason)}"] if judged.reason else []
    if answer.evidence is not None:
        lines += [f"  {call.say(f'witness.shows.{judged.shows}')}", f"  {answer.evidence}"]
    lines += [f"  → {place}"] if place else []
    kept = str(answer.evidence) if answer.evidence is not None else ""
    told = {"status": judged.status, "reason": judged.reason, "origin": origin, "size": size}
    return told | {"shows": judged.shows, "evidence": kept, "file": place, "lines": lines}


def _serve(call: Call) -> None:
    """Answer over HTTP until somebody stops it."""
    from letapis.engines.keys.hardening import harden
    from letapis.faces.witness_server import PATH, bind

    address, _, port = call.options.listen.rpartition(":")
    if not address or not port.isascii() or not port.isdecimal() or int(port) > 65535:
        raise UsageError("witness.listen")
    harden()  # the keys live in this process as long as it serves: no core file may ever hold them
    server = bind(address.strip("[]"), int(port), _opened(call), _now)
    # The way out of the loop of the server: what is being answered is answered to its end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    place = f"http://{address}:{server.bind_addr[1]}{PATH}"
    call.give({"address": place}, [call.say("cli.witness.serves"), f"  {place}"])
    sys.stdout.flush()
    try:
        server.serve()
    except KeyboardInterrupt:
        return
    finally:
        server.stop()
