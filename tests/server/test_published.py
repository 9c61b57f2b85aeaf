"""The published description of the wire holds, whatever is sent: no 5xx, no answer that it does not tell of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as told

import centres
from venue_desk.actions import venue
from venue_desk.queries.sync import TOKEN
from venue_desk.server import app
from venue_desk.store.desk import Desk, local


@schemathesis.serializer("application/vnd.venue-desk.sync")
def as_it_is(_context: object, value: object) -> bytes:
    """A body of bytes, or of whatever else is tried."""
    found = getattr(value, "data", value)
    return found if isinstance(found, bytes) else str(found).encode("utf-8", "replace")


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """The address of a centre, and a token."""
    for name in ("KNOCKS", "STRANGERS", "VISITS", "FETCHES"):
        monkeypatch.setattr(app, name, 100_000)
    desk = Desk.create(tmp_path / "desk")
    desk.do(venue.set_up, name="Paroki", kind="parish")
    with centres.running(centres.make(tmp_path / "centre")) as running:
        running.join(desk, running.venue())
        centres.sync(desk)
        yield running.url, desk.ask(local, TOKEN) or ""
    desk.close()


@pytest.mark.parametrize("examples", [12, pytest.param(500, marks=pytest.mark.long)])
@pytest.mark.filterwarnings("ignore")
def test_what_openapi_says(centre: tuple[str, str], examples: int) -> None:
    url, token = centre
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    tried: set[str] = set()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        tried.add(operation.path)

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def attempt(case: Any) -> None:
            headers = {"Authorization": f"Bearer {token}"}
            case.call_and_validate(
                headers=headers,
                checks=[
                    checks.not_a_server_error,
                    told.status_code_conformance,
                    told.content_type_conformance,
                    told.response_schema_conformance,
                ],
            )

        attempt()
    assert {"/sync", "/enrol", "/snapshot", "/health", "/metrics"} <= tried
