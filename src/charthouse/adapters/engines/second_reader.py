"""A language model behind any endpoint that speaks OpenAI's chat completions, one request a question.

Questions cannot touch each other: which of them are asked is settled by their length before the first request, each has
its own time, and whether the endpoint rests is decided by a probe that holds no text of a chart. No proxy and no redirect
is followed.
"""
from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import Any

from charthouse.adapters.engines.endpoint import Endpoint, allowed
from charthouse.adapters.engines.second_reader_prompt import messages, response_format
from charthouse.ports.second_reader import Question, Reply, Usage, schema
from charthouse.record.errors import MissingPart, SecondReaderUnreachable

ANSWER_TOKENS = 1_000  # the most that a model may write, thinking included
LETTERS_A_TOKEN = 3  # a cautious estimate, for the budget
TRIES = 3
BACKOFF = 0.5  # seconds before the second try, doubled before the third
LONGEST_WAIT = 10.0  # seconds, whatever Retry-After asks for
REST = 60.0  # seconds without questions after the endpoint was found down
REST_WHY = "the endpoint does not answer"
_PROBE = [{"role": "user", "content": "Answer with the word yes."}]


@dataclass(slots=True)
class _Tally:
    requests: int = 0
    retries: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


class OpenAIReader:
    """Raises `SecondReaderRefused` for an endpoint outside the site's network, `MissingPart` without the `openai` package."""

    def __init__(self, endpoint: Endpoint, *, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic) -> None:
        if find_spec("openai") is None:
            raise MissingPart(what="The second reader", part="llm")
        self.endpoint = allowed(endpoint)
        self._sleep = sleep
        self._clock = clock
        self._rests_until: float | None = None

    def __reduce__(self) -> tuple[type[OpenAIReader], tuple[Endpoint]]:
        return OpenAIReader, (self.endpoint,)

    @property
    def name(self) -> str:
        return self.endpoint.model

    @cached_property
    def _client(self) -> Any:
        import openai

        for library in ("openai", "httpx2", "httpcore2"):
            logging.getLogger(library).setLevel(logging.WARNING)  # whatever OPENAI_LOG says: requests hold text of a chart
        http = openai.DefaultHttpxClient(trust_env=False, follow_redirects=False)
        return openai.OpenAI(base_url=self.endpoint.url, api_key=self.endpoint.key or "none", timeout=self.endpoint.timeout, max_retries=0, http_client=http)

    def read(self, questions: Sequence[Question]) -> tuple[tuple[Reply, ...], Usage]:
        """A reply for each question, in order."""
        begun, tally = self._clock(), _Tally()
        left = self.endpoint.max_tokens
        replies = []
        for number, question in enumerate(questions):
            asked = messages(question, f"=== {secrets.token_hex(12)} ===")
            left -= sum(len(m["content"]) for m in asked) // LETTERS_A_TOKEN + ANSWER_TOKENS
            if left < 0 or number >= self.endpoint.max_questions:
                replies.append(Reply(content=None, why="the budget of the chart is spent"))
            else:
                replies.append(self._ask(asked, response_format(schema(question)), tally))
        return tuple(replies), self._usage(tally, self._clock() - begun)

    def _usage(self, tally: _Tally, seconds: float) -> Usage:
        e = self.endpoint
        price = None if e.price_in is None or e.price_out is None else (tally.tokens_in * e.price_in + tally.tokens_out * e.price_out) / 1000
        return Usage(requests=tally.requests, retries=tally.retries, tokens_in=tally.tokens_in, tokens_out=tally.tokens_out, seconds=seconds, price=price)

    def _ask(self, asked: list[dict[str, str]], form: dict[str, Any], tally: _Tally) -> Reply:
        if self._rests_until is not None:
            if self._clock() < self._rests_until or not self._alive(tally):
                return Reply(content=None, why=REST_WHY)
            self._rests_until = None
        reply, reached = self._tried(asked, form, tally)
        if not reached:
            self._alive(tally)
        return reply

    def _alive(self, tally: _Tally) -> bool:
        """Whether the endpoint answers a request without text of a chart; if not it is left alone for a while."""
        _, _, alive = self._request(_PROBE, None, tally)
        if not alive:
            self._rests_until = self._clock() + REST
        return alive

    def _tried(self, asked: list[dict[str, str]], form: dict[str, Any], tally: _Tally) -> tuple[Reply, bool]:
        for attempt in range(TRIES):
            reply, wait, reached = self._request(asked, form, tally)
            if reached or wait is None or attempt == TRIES - 1:
                return reply, reached
            tally.retries += 1
            self._sleep(min(max(wait, BACKOFF * 2**attempt), LONGEST_WAIT))
        raise AssertionError("the last try returns")

    def _request(self, asked: list[dict[str, str]], form: dict[str, Any] | None, tally: _Tally) -> tuple[Reply, float | None, bool]:
        """The reply; the seconds to wait before another try, None for no other; whether the endpoint gave an answer."""
        import openai

        client, more = self._client, {"response_format": form} if form else {}
        tally.requests += 1
        try:
            got = client.chat.completions.create(model=self.endpoint.model, messages=asked, temperature=0, max_tokens=ANSWER_TOKENS, **more)
            content = got.choices[0].message.content or ""
            tally.tokens_in += _count(got.usage, "prompt_tokens", asked)
            tally.tokens_out += _count(got.usage, "completion_tokens", [{"content": content}])
            return Reply(content=content), None, True
        except openai.APITimeoutError:
            return Reply(content=None, why="no answer in time"), None, False  # it had its time
        except openai.APIConnectionError:
            return Reply(content=None, why="no connection"), 0.0, False
        except openai.APIStatusError as error:
            again = error.status_code in (408, 409, 429) or error.status_code >= 500
            return Reply(content=None, why=f"HTTP status {error.status_code}"), _retry_after(error) if again else None, False
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, IndexError):  # not the protocol's form
            return Reply(content=None, why="not a chat completion"), 0.0, False

    def models(self) -> tuple[str, ...]:
        """The models that the endpoint offers. Raises `SecondReaderUnreachable`."""
        import openai

        try:
            return tuple(m.id for m in self._client.models.list())
        except openai.APIStatusError as error:
            raise SecondReaderUnreachable(why=f"it answers with HTTP status {error.status_code}") from None
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            raise SecondReaderUnreachable(why="no connection, or not this protocol") from None


def _retry_after(error: Any) -> float:
    try:
        return float(error.response.headers.get("retry-after") or 0)
    except ValueError:
        return 0.0


def _count(usage: Any, field: str, texts: list[dict[str, str]]) -> int:
    """The tokens as the endpoint counts them, or an estimate where it does not."""
    given = getattr(usage, field, None)
    return given if isinstance(given, int) and given >= 0 else sum(len(t["content"]) for t in texts) // LETTERS_A_TOKEN
