"""schemathesis over all routes of the workbench, as a coder, a manager, an auditor, a provider and an administrator: whatever is sent, there is no fault inside."""
from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable
from typing import Any

import httpx2
from web_kit import Bench

from charthouse.bootstrap import web
from charthouse.doors.web.app import create

EXAMPLES = int(os.environ.get("CHARTHOUSE_SCHEMATHESIS") or 2)  # tries an operation and role; more where there is time
ROLES = ("coder", "him_manager", "auditor", "provider", "administrator")


def test_schemathesis_finds_no_fault(own_bench: Bench) -> None:
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.errors import Unsatisfiable
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error

    described = create(web.workbench(own_bench.site, demo=True)).openapi()
    schema = schemathesis.openapi.from_dict(described)
    schema.config.update(base_url=own_bench.url)
    operations = [o.ok() for o in schema.get_all_operations() if o.ok().path not in ("/sign-out", "/sign-in", "/sign-in/demo", "/account/sessions/end")]
    assert len(operations) >= 45
    clients = {role: own_bench.as_(role) for role in ROLES}
    told: list[int] = []
    real = [*own_bench.visits.values(), "inpatient", "1"]

    def tried(case: Any, client: httpx2.Client, n: int) -> None:
        for name in case.path_parameters or {}:
            if n % 2:
                case.path_parameters[name] = real[n % len(real)]
        answer = case.call(headers={"x-csrf": client.headers["x-csrf"], "accept": "application/json"}, cookies=dict(client.cookies), timeout=60)
        told.append(answer.status_code)
        case.validate_response(answer, checks=[not_a_server_error])

    def trying(client: httpx2.Client) -> Callable[[Any], None]:
        count = itertools.count()
        return lambda case: tried(case, client, next(count))

    for role, client in clients.items():
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                test = given(case=operation.as_strategy(generation_mode=mode))(trying(client))
                with contextlib.suppress(Unsatisfiable):  # an operation that nothing can be wrong with
                    settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])(test)()
        assert client.get("/session").status_code == 200, role
    assert len(told) > 250 * EXAMPLES
    assert {200, 403, 422} <= set(told)
    assert max(told) < 500
