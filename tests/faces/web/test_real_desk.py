"""The shell in front of a real workspace: its database from every worker thread, its keys, its lock."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application

from letapis.desk.opening import Desk
from letapis.engines.keys.workspace import create_workspace
from letapis.engines.seal import PassphraseCost
from letapis.faces.web import serve as serving_module
from letapis.faces.web.door import Door
from letapis.faces.web.links import ask_link
from letapis.faces.web.serve import bind, serve

from .test_serve import HERE, NAME, Live, text, token


def test_twelve_pages_at_once_and_then_the_lock(make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "_WATCH_SECONDS", 0.05)
    monkeypatch.setattr(serving_module, "_GRACE_SECONDS", 0.05)
    desk: Any = make_desk(1)
    server = bind(HERE, 0, get_wsgi_application())
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


SUPERVISE = """
import os, sys
from pathlib import Path
from letapis.engines.keys.supervisor import supervise
from letapis.engines.keys.workspace import Workspace
read, write = os.pipe()
os.write(write, sys.stdin.buffer.readline())
os.close(write)
web = [sys.executable, "-m", "letapis.faces.web.serve", "--workspace", sys.argv[1]]
sys.exit(supervise(Workspace.load(Path(sys.argv[1])), read, {"web": web}))
"""


def test_the_processes_of_a_workspace_start_and_end_together(tmp_path: Path) -> None:
    """Supervisor, agent and server as they are: a link, a second one, a page, the lock; and standard error holds codes only."""
    workspace, phrase = create_workspace(tmp_path / "w", b"m" * 16, cost=PassphraseCost(8192, 1, 1))
    environment = {"PYTHONPATH": str(Path(serving_module.__file__).parents[3]), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [sys.executable, "-c", SUPERVISE, str(workspace.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=tmp_path) as running:
        try:
            assert running.stdin and running.stdout and running.stderr
            running.stdin.write(phrase.encode() + b"\n")
            running.stdin.close()
            first = running.stdout.readline().decode().strip()
            again = ask_link(workspace.path)
            authority, _, secret = again.removeprefix("http://").partition("/open/")
            assert first.startswith(f"http://{authority}/open/") and first != again and len(secret) >= 32
            desk: Any = None
            live = Live(int(authority.rpartition(":")[2]), Door(authority), desk, Thread(), address=authority.rpartition(":")[0])
            asked = live.ask("GET", f"/open/{secret}")
            live.cookie = asked.getheader("Set-Cookie", "").partition(";")[0]
            entered = live.form(f"/open/{secret}", csrfmiddlewaretoken=token(text(asked)))
            assert entered.status == 303, text(entered)
            live.cookie = entered.getheader("Set-Cookie", "").partition(";")[0]
            page = live.ask("GET", "/help")
            assert page.status == 200, text(page)
            assert live.form("/lock", csrfmiddlewaretoken=token(text(page))).status == 403
            assert running.wait(20) == 0
        finally:
            running.kill()
        said = running.stderr.read().decode()
    assert secret not in said and "/help" not in said and "Traceback" not in said
    assert all(re.fullmatch(r"\S+Z \w+ [a-z_.]+( \d+)?( [\w.]+:\d+)?", line) for line in said.splitlines()), said
    assert not [path.name for path in workspace.path.iterdir() if path.suffix == ".sock"]
