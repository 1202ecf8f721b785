"""Kill something at each of its calls of the disk in turn."""

import os
import signal
from collections.abc import Callable
from typing import Any


def killed_at(step: int, deed: Callable[[], object]) -> bool:
    """Do it in a process that is killed with SIGKILL at its call number ``step`` of the disk; False when it had fewer."""
    child = os.fork()
    if child == 0:
        left = [step]

        def at_each(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **named: Any) -> Any:
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left[0] -= 1
                return real(*arguments, **named)

            return call

        for name in ("open", "fdopen", "fsync", "replace", "close"):
            setattr(os, name, at_each(getattr(os, name)))  # in the child alone, which dies
        deed()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
