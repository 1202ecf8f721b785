"""The shell in front of a real workspace: its database from every worker thread, its keys, its lock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

import pytest

from letapis.desk.opening import Desk
from letapis.faces.web import serve as serving_module
from letapis.faces.web.door import Door
from letapis.faces.web.serve import application, bind, serve

from .test_serve import NAME, Live, text, token


def test_twelve_pages_at_once_and_then_the_lock(make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "_WATCH_SECONDS", 0.05)
    monkeypatch.setattr(serving_module, "_GRACE_SECONDS", 0.05)
    desk: Any = make_desk(1)
    server = bind(0, application())
    door = Door(f"{NAME}:{server.bind_addr[1]}")
    thread = Thread(target=serve, args=(desk, server, door, lambda _: None))
    thread.start()
    try:
        live = Live(server.bind_addr[1], door, desk, thread)
        live.enter()
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: live.ask("GET", "/help"), range(12)))
        assert [answer.status for answer in answers] == [200] * 12
        assert live.form("/lock", csrfmiddlewaretoken=token(text(answers[0]))).status == 403
    finally:
        door.close()
        thread.join(15)
    assert not thread.is_alive()
