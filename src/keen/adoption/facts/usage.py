"""What a day's usage events say of each person: tries, struggles, look-ups of use, lists worked through, tasks begun and finished.

Only events that name a person say anything of one: at lower levels there are none here.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date
from typing import TYPE_CHECKING, Any, Final

from keen.adoption.domain.traces import (
    ATTEMPT,
    COMPLETED,
    CONSULT,
    FOLLOWS,
    LIST_WORKED,
    STRUGGLE,
    TRIED,
    Deed,
    edits_again,
    trace_of,
)
from keen.telemetry.queries import EVERYBODY, asking, usage_root
from keen.telemetry.store import base
from keen.telemetry.store import struggles as told

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WITHIN_MINUTES: Final = 60
LEAST_OF_LIST: Final = 2
REVIEW_PAGE: Final = "deal-review"
NOT_CHOSEN: Final = "('notice', 'outside')"
BY_PROGRAM: Final = "coalesce(what, '') LIKE 'api%'"

_FIGURES: Final = f"""
WITH own AS (SELECT * FROM figures WHERE user_id IS NOT NULL AND NOT ({BY_PROGRAM})),
forms AS (
    SELECT user_id, what,
        coalesce(sum(n) FILTER (name = 'save_made' AND outcome IN ('saved', 'gap')), 0) AS saved,
        coalesce(sum(n) FILTER (name = 'form_opened'), 0) AS opened,
        coalesce(sum(n) FILTER (name = 'form_abandoned'), 0) AS left_,
        coalesce(sum(n) FILTER (name = 'form_rejected'), 0) AS rejected
    FROM own WHERE name IN ('save_made', 'form_opened', 'form_abandoned', 'form_rejected') GROUP BY ALL
), tasks AS (
    SELECT user_id, saved AS done,
        saved + left_ + CASE WHEN saved = 0 AND left_ = 0 AND rejected > 0 THEN 1 ELSE 0 END AS tried
    FROM forms WHERE opened + left_ + rejected > 0
)
SELECT user_id, '{ATTEMPT}' AS what, sum(n) FROM own
    WHERE name IN ('form_opened', 'search_made', 'save_made') GROUP BY 1
UNION ALL SELECT user_id, '{STRUGGLE}' || what, sum(n) FROM own WHERE name = '{told.STRUGGLE}' GROUP BY ALL
UNION ALL SELECT user_id, 'search_used', sum(n) FROM own WHERE name = 'search_made' GROUP BY 1
UNION ALL SELECT user_id, 'list_used', sum(n) FROM own WHERE name = 'list_viewed' GROUP BY 1
UNION ALL SELECT user_id, 'review_held', sum(n) FROM own WHERE name = 'page_viewed' AND what = '{REVIEW_PAGE}' GROUP BY 1
UNION ALL SELECT user_id, CASE kind WHEN 'opportunity' THEN 'deal_looked_up' ELSE 'customer_looked_up' END, sum(n) FROM own
    WHERE name = 'record_viewed' AND kind IN ('opportunity', 'account', 'contact') AND what NOT IN {NOT_CHOSEN} GROUP BY ALL
UNION ALL SELECT user_id, '{COMPLETED}', sum(done) FROM tasks GROUP BY 1 HAVING sum(done) > 0
UNION ALL SELECT user_id, '{TRIED}', sum(tried) FROM tasks GROUP BY 1 HAVING sum(tried) > 0
"""  # noqa: S608  names of this file
_LOOKS: Final = f"""
SELECT user_id AS person, "at" FROM events WHERE user_id IS NOT NULL AND (
    (name = 'record_viewed' AND (props->>'$.after') NOT IN {NOT_CHOSEN}) OR name IN ('list_viewed', 'search_made'))
"""  # noqa: S608
_EVENTS: Final = f"""
SELECT person, '{CONSULT}', count(*) FROM (
    SELECT look.person FROM ({_LOOKS}) AS look
    ASOF JOIN (FROM deeds WHERE follows) AS deed ON look.person = deed.person AND look."at" <= deed."at"
    WHERE deed."at" <= look."at" + INTERVAL {WITHIN_MINUTES} MINUTE
) GROUP BY 1
UNION ALL SELECT person, '{LIST_WORKED}', count(*) FROM (
    SELECT list.person, list."at" FROM (
        SELECT user_id AS person, "at", kind FROM events WHERE name = 'list_viewed' AND user_id IS NOT NULL
    ) AS list JOIN deeds ON deeds.person = list.person AND deeds.kind = list.kind
        AND deeds."at" BETWEEN list."at" AND list."at" + INTERVAL {WITHIN_MINUTES} MINUTE
    GROUP BY ALL HAVING count(DISTINCT deeds.record) >= {LEAST_OF_LIST}
) GROUP BY 1
"""  # noqa: S608


def mark_of_figures(day: date) -> list[int]:
    """When the figures of the day were written, and how large they are; zeros where there are none."""
    file = usage_root() / base.DAYS / f"{day}.parquet"
    if not file.exists():
        return [0, 0]
    told_by = file.stat()
    return [told_by.st_mtime_ns, told_by.st_size]


def is_raw(day: date) -> bool:
    """Whether the single events of the day are still there."""
    return (usage_root() / base.EVENTS / f"on={day}").is_dir()


def uses(day: date, deeds: Sequence[Deed]) -> list[tuple[Any, ...]]:
    """What the events of the day say of each person, as the table `use` has it.

    Shape: look-ups of use and lists worked through need the single events, which are gone after a month.
    """
    with asking(EVERYBODY, day, day) as connection:
        found = connection.execute(_FIGURES).fetchall()
        _register(connection, deeds)
        found += connection.execute(_EVENTS).fetchall()
    found += [
        (person, f"{STRUGGLE}re_edited", 1) for person in edits_again(list(deeds)) if _by_hand(person, deeds)
    ]
    return [(int(person), day.toordinal(), what, int(n)) for person, what, n in sorted(found)]


def _by_hand(person: int, deeds: Iterable[Deed]) -> bool:
    return any(deed.person == person and deed.deed != "imported" for deed in deeds)


def _register(connection: "DuckDBPyConnection", deeds: Sequence[Deed]) -> None:
    import pyarrow as pa  # noqa: PLC0415  megabytes that no web process needs

    own = [deed for deed in deeds if deed.deed != "imported"]
    connection.register(
        "deeds",
        pa.table(
            {
                "person": pa.array([deed.person for deed in own], pa.int64()),
                "at": pa.array(
                    [deed.at.astimezone(UTC).replace(tzinfo=None) for deed in own], pa.timestamp("us")
                ),
                "kind": pa.array([deed.kind for deed in own], pa.string()),
                "record": pa.array([deed.record for deed in own], pa.int64()),
                "follows": pa.array([trace_of(deed) in FOLLOWS for deed in own], pa.bool_()),
            }
        ),
    )
