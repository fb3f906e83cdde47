"""A client of yaml-language-server over a pipe: enough of the protocol to complete, hover and collect diagnostics."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any, Self

SECONDS = 60


class LanguageServer:
    """The server as a process; use it as a context."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._next = 0
        self._heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.diagnostics: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [self._program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        threading.Thread(target=self._listen, daemon=True).start()
        abilities = {
            "textDocument": {
                "hover": {"contentFormat": ["markdown"]},
                "completion": {"completionItem": {"snippetSupport": False}},
            },
            "workspace": {"configuration": True},
        }
        self.ask("initialize", {"processId": None, "rootUri": self._folder.as_uri(), "capabilities": abilities})
        self.tell("initialized", {})
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def open(self, name: str, text: str) -> str:
        """Open a document and wait for its diagnostics; give its URI."""
        uri = (self._folder / name).as_uri()
        (self._folder / name).write_text(text, encoding="utf-8")
        self.tell(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}}
        )
        self._wait(lambda message: message.get("method") == "textDocument/publishDiagnostics")
        return uri

    def complete(self, uri: str, line: int, column: int) -> dict[str, str]:
        """Give what can be typed at a place, counted from 0, and what is said of it."""
        found = self.ask(
            "textDocument/completion",
            {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}},
        )
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: _text(item.get("documentation", "")) for item in items}

    def hover(self, uri: str, line: int, column: int) -> str:
        """Give what is shown under the mouse."""
        found = self.ask(
            "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
        )
        return _text(found["contents"]) if found else ""

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Send a request and give its result."""
        self._next += 1
        number = self._next
        self._send({"id": number, "method": method, "params": params})
        answer = self._wait(lambda message: message.get("id") == number and "method" not in message)
        assert "error" not in answer, answer
        return answer.get("result")

    def tell(self, method: str, params: dict[str, Any]) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def _wait(self, wanted: Any) -> dict[str, Any]:
        while True:
            message = self._heard.get(timeout=SECONDS)
            if message.get("method") == "textDocument/publishDiagnostics":
                self.diagnostics = message["params"]["diagnostics"]
            elif "method" in message and "id" in message:
                asked = message["params"]["items"] if message["method"] == "workspace/configuration" else None
                self._send({"id": message["id"], "result": asked and [None] * len(asked)})
            if wanted(message):
                return message

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            self._heard.put(json.loads(stream.read(length)))


def _text(content: Any) -> str:
    return content["value"] if isinstance(content, dict) else str(content)
