"""A small local server that speaks OpenAI's chat completions: what it refuses, counts and answers is as the protocol has it.

`mind` writes the answers; `faults` are served first, one a request: "429", "500", "hang", "no json" ...; `seen` keeps the bodies.
"""
from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Mind = Callable[[list[dict[str, str]], dict[str, Any]], str]
KNOWN = {"model", "messages", "temperature", "max_tokens", "max_completion_tokens", "response_format", "stream", "seed", "top_p", "n", "stop", "user"}
ROLES = {"system", "user", "assistant", "developer"}


def fits(content: str, schema: dict[str, Any]) -> bool:
    """Whether a text holds to a strict schema of one object with string fields: what constrained decoding would give."""
    try:
        answer = json.loads(content)
    except ValueError:
        return False
    return isinstance(answer, dict) and set(answer) == set(schema["properties"]) and all(
        isinstance(answer[k], str) and answer[k] in p.get("enum", [answer[k]]) for k, p in schema["properties"].items())


class ChatServer:
    """`url` is what goes into CHARTHOUSE_LLM_URL. With `strict` an answer outside the schema is a fault of the test."""

    def __init__(self, mind: Mind, *, key: str = "", model: str = "reader-1", faults: tuple[str, ...] = (), strict: bool = False) -> None:
        self.mind, self.key, self.model, self.faults, self.strict = mind, key, model, list(faults), strict
        self.seen: list[dict[str, Any]] = []
        self.fault_for: Callable[[str], str] = lambda prompt: ""
        self._over = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def restart(self, mind: Mind) -> None:
        """As new, with another mind."""
        self.mind, self.faults, self.seen, self.fault_for = mind, [], [], lambda prompt: ""

    def close(self) -> None:
        self._over.set()
        self._http.shutdown()
        self._http.server_close()

    def prompts(self) -> list[str]:
        """What the user message of each request said."""
        return [body["messages"][-1]["content"] for body in self.seen]

    # -- what it does with a request -----------------------------------------------------------------------------------
    def complete(self, raw: bytes) -> tuple[int, dict[str, Any] | str, dict[str, str]]:
        try:
            body = json.loads(raw)
        except ValueError:
            return refused(400, "We could not parse the JSON body of your request.")
        wrong = self._wrong(body)
        if wrong:
            return refused(*wrong)
        self.seen.append(body)
        prompt = body["messages"][-1]["content"]
        fault = self.faults.pop(0) if self.faults else self.fault_for(prompt)
        return self._faulty(fault, body) if fault else self._answered(body)

    def _wrong(self, body: Any) -> tuple[int, str] | None:
        if not isinstance(body, dict) or not isinstance(body.get("messages"), list) or not body["messages"]:
            return 400, "Missing required parameter: 'messages'."
        if set(body) - KNOWN:
            return 400, f"Unrecognized request argument supplied: {sorted(set(body) - KNOWN)[0]}"
        if body.get("model") != self.model:
            return 404, f"The model `{body.get('model')}` does not exist or you do not have access to it."
        if any(m.get("role") not in ROLES or not isinstance(m.get("content"), str) for m in body["messages"]):
            return 400, "Invalid value in 'messages'."
        if body.get("stream"):
            return 400, "This server does not stream."
        return self._wrong_format(body.get("response_format"))

    @staticmethod
    def _wrong_format(form: Any) -> tuple[int, str] | None:
        if form is None or form == {"type": "text"}:
            return None
        named = form.get("json_schema") if isinstance(form, dict) and form.get("type") == "json_schema" else None
        if not isinstance(named, dict) or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(named.get("name", ""))):
            return 400, "Invalid 'response_format'."
        schema = named.get("schema", {})
        if named.get("strict") is True and (schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(schema.get("properties", {}))):
            return 400, "Invalid schema for response_format: 'additionalProperties' must be false and all fields 'required'."
        return None

    def _answered(self, body: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
        form = body.get("response_format") or {}
        schema = form.get("json_schema", {}).get("schema", {})
        content = self.mind(body["messages"], schema) if schema else "yes"
        assert not self.strict or not schema or fits(content, schema)
        written = content.split(" ")
        limit = body.get("max_completion_tokens") or body.get("max_tokens") or 10**6
        cut = len(written) > limit
        sent = sum(len(m["content"].split()) for m in body["messages"])
        usage = {"prompt_tokens": sent, "completion_tokens": min(len(written), limit), "total_tokens": sent + min(len(written), limit)}
        message = {"role": "assistant", "content": " ".join(written[:limit]), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "length" if cut else "stop"}
        return 200, {"id": f"chatcmpl-{len(self.seen)}", "object": "chat.completion", "created": int(time.time()), "model": self.model,
                     "choices": [choice], "usage": usage}, {}

    def _faulty(self, fault: str, body: dict[str, Any]) -> tuple[int, dict[str, Any] | str, dict[str, str]]:
        if fault == "hang":
            self._over.wait(5)
            return self._answered(body)
        if fault == "no json":
            return 200, "<html>proxy</html>", {}
        status, answer, _ = self._answered(body)
        if fault == "no choices":
            return status, answer | {"choices": []}, {}
        if fault == "no usage":
            return status, {k: v for k, v in answer.items() if k != "usage"}, {}
        if fault == "no content":
            return status, answer | {"choices": [answer["choices"][0] | {"message": {"role": "assistant", "content": None, "refusal": "I will not."}}]}, {}
        if fault == "redirect":
            return 307, "", {"Location": f"{self.url}/elsewhere"}
        more = {"Retry-After": "3"} if fault == "429" else {}
        return int(fault), {"error": {"message": "as the test wants", "type": "server_error", "param": None, "code": None}}, more

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet an answer

            def do_GET(self) -> None:
                model = {"id": server.model, "object": "model", "created": 1, "owned_by": "site"}
                self._send(*(self._denied() or ((200, {"object": "list", "data": [model]}, {}) if self.path == "/v1/models" else refused(404, "Unknown path."))))

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self._send(*(self._denied() or (server.complete(raw) if self.path == "/v1/chat/completions" else refused(404, "Unknown path."))))

            def _denied(self) -> tuple[int, dict[str, Any], dict[str, str]] | None:
                right = not server.key or self.headers.get("Authorization") == f"Bearer {server.key}"
                return None if right else refused(401, "Incorrect API key provided.")

            def _send(self, status: int, answer: dict[str, Any] | str, more: dict[str, str]) -> None:
                out = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
                try:
                    self.send_response(status)
                    for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(out))} | more).items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(out)
                    self.wfile.flush()
                except OSError:  # the client has given up
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None: ...

        return Handler


def refused(status: int, message: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    return status, {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}, {}


def passages(messages: list[dict[str, str]]) -> str:
    """What stands between the marks of a question."""
    mark = re.search(r'between the lines "(=== \w+ ===)"', messages[0]["content"])
    assert mark
    return messages[-1]["content"].split(f"\n{mark.group(1)}\n", 1)[1].rsplit(f"\n{mark.group(1)}", 1)[0]


def answer(verdict: str, quote: str, *, better: str = "", reason: str = "stated") -> str:
    return json.dumps({"verdict": verdict, "quote": quote, "better_code": better, "reason": reason}, ensure_ascii=False)


def quoted(messages: list[dict[str, str]]) -> str:
    """Some words of the first passage, literally."""
    return next(line for line in passages(messages).split("\n") if line.strip() and not line.startswith("[section:"))[:120].strip()


def agreeing(messages: list[dict[str, str]], schema: dict[str, Any]) -> str:
    return answer("agree", quoted(messages))


def disagreeing(messages: list[dict[str, str]], schema: dict[str, Any]) -> str:
    return answer("disagree", quoted(messages), reason="not stated")
