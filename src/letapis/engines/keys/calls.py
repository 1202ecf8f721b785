"""The calls that travel: how arguments and answers of ``Agent`` become plain values and come back.

One table serves both sides. An answer is [True, result] or [False, error class, code, place]; errors keep their class, code and place.
"""

from collections.abc import Callable
from typing import Any, Final

from letapis.core import errors
from letapis.core.errors import Damaged, LetapisError, UsageError
from letapis.engines.keys import Agent, AgentIdentity
from letapis.engines.keys.wire import Value
from letapis.engines.seal import DevicePublic

_ERRORS: Final[dict[str, type[LetapisError]]] = {
    kind.__name__: kind for kind in (errors.UsageError, errors.NotFound, errors.Locked, errors.Damaged, errors.Refused, errors.Busy, errors.Hostile)
}


def _me(agent: Agent) -> Value:
    me = agent.me()
    return [me.device, me.member, me.public.to_bytes(), me.origin]


def identity(value: Any) -> AgentIdentity:
    """The answer of ``me``, read back."""
    device, member, public, origin = value
    return AgentIdentity(device, member, DevicePublic.from_bytes(public), origin)


def _keys(values: Any) -> list[DevicePublic]:
    return [DevicePublic.from_bytes(v) for v in values]


HANDLERS: Final[dict[str, Callable[..., Value]]] = {
    "me": _me,
    "sign_records": lambda agent, items: agent.sign_records([(d, b) for d, b in items]),
    "sign_checkpoint": lambda agent, text, time: agent.sign_checkpoint(text, time),
    "new_compartment": lambda agent, compartment, epoch: agent.new_compartment(compartment, epoch),
    "export_compartment": lambda agent, compartment, epoch, to: agent.export_compartment(compartment, epoch, _keys(to)),
    "load_compartments": lambda agent, items: agent.load_compartments([(c, e, w) for c, e, w in items]),
    "keep_compartments": lambda agent, items: agent.keep_compartments([(c, e) for c, e in items]),
    "wrap_deks": lambda agent, compartment, epoch, items: agent.wrap_deks(compartment, epoch, [(i, d) for i, d in items]),
    "unwrap_deks": lambda agent, compartment, epoch, items: agent.unwrap_deks(compartment, epoch, [(i, w) for i, w in items]),
    "reseal_share": lambda agent, sealed, context, to, new: agent.reseal_share(sealed, context, DevicePublic.from_bytes(to), new),
    "open_share": lambda agent, sealed, context: agent.open_share(sealed, context),
    "database_key": lambda agent: agent.database_key(),
    "touch": lambda agent: agent.touch(),
    "lock": lambda agent: agent.lock(),
    "confirm": lambda agent, passphrase: agent.confirm(passphrase),
    "change_passphrase": lambda agent, old, new: agent.change_passphrase(old, new),
}


def answer(agent: Agent, request: Value) -> Value:
    """Do what ``request`` ([name, arguments…]) asks. A request of a wrong form is answered as UsageError ``keys.wire_call``."""
    try:
        if not isinstance(request, list) or not request or not isinstance(request[0], str) or request[0] not in HANDLERS:
            raise UsageError("keys.wire_call")
        try:
            return [True, HANDLERS[request[0]](agent, *request[1:])]
        except (TypeError, ValueError, AttributeError):
            # An argument of another type or number than the interface has: foreign bytes, not a fault of ours to pass on.
            raise UsageError("keys.wire_call") from None
    except LetapisError as fault:
        return [False, type(fault).__name__, fault.code, fault.where]


def result(value: Value) -> Any:
    """The result in an answer; raises the error that the other side met."""
    if not isinstance(value, list) or not value or value[0] not in (True, False):
        raise Damaged("keys.wire")
    if value[0]:
        return value[1]
    _, kind, code, where = value
    raise _ERRORS.get(kind, LetapisError)(code, where)
