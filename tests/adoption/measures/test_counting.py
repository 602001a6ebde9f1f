"""The expressions agree with the plain reckoning, row by row, on every engine."""

from datetime import timedelta
from typing import Any

import pytest

from keen.adoption.domain.policy import Policy
from keen.adoption.domain.windows import Window, window_of, with_notes
from keen.adoption.facts import tables
from keen.adoption.measures.counting import windows
from keen.adoption.measures.engines import DuckEngine
from tests.adoption.measures.engines import ClickEngine
from tests.factories.facts import END, Rows, make_facts

POLICY = Policy()
ENDS = (END, END - timedelta(days=7), END - timedelta(days=40))


def plainly(rows: Rows) -> list[Window]:
    people = sorted({row[0] for row in rows["person_day"]})
    found = [window_of(person, end, rows, POLICY) for person in people for end in sorted(ENDS)]
    return with_notes([one for one in found if one is not None])


def given(engine: Any, rows: Rows) -> list[Window]:
    facts = {name: engine.give(name, tables.table(name, rows[name])) for name in tables.TABLES}
    return windows(engine, facts, ENDS, POLICY)


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Any:
    engine = DuckEngine(tmp_path_factory.mktemp("duck"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def click(tmp_path_factory: pytest.TempPathFactory) -> ClickEngine:
    return ClickEngine(tmp_path_factory.mktemp("click"))


@pytest.mark.parametrize("seed", range(6))
def test_duckdb_agrees_with_the_plain_reckoning(duck: DuckEngine, seed: int) -> None:
    rows = make_facts(seed)

    assert given(duck, rows) == plainly(rows)


@pytest.mark.parametrize("seed", range(2))
def test_clickhouse_agrees_with_the_plain_reckoning(click: ClickEngine, seed: int) -> None:
    rows = make_facts(seed)

    assert given(click, rows) == plainly(rows)
