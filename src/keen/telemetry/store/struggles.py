"""Days on which somebody struggled: counted while the order of events is still there, kept with the daily figures.

Source: the model of adoption, 2.7. Edits of one's own record again and again are counted from the audit trail, which stays.
"""

from typing import Final

STRUGGLE: Final = "struggle"
REJECTED: Final = 3
"""The same form within ten minutes."""
ABANDONED: Final = 2
SAVED_AFTER_MINUTES: Final = 30
RAGE, DEAD, STUCK = 1, 3, 1
NOT_FOUND: Final = 3
SLOW: Final = 2
SLOWER: Final = 3
"""So many times the median of the role is slow."""
LEAST_TASKS: Final = 20
"""Fewer tasks of a role make no median."""


def struggles_query(rows: str, history: str, *, within: int) -> str:
    """The signals of struggle in the events of a day, one row for each person and signal, in the columns of the figures.

    Shape: `what` is the signal and `n` how often. `history` are the events of all days that are there, of which the
    usual time of a role is made. Events without a person have none: they tell no order of one person's deeds.
    """
    named = "coalesce(user_id::VARCHAR, who) AS person, props->>'$.form' AS form, props->>'$.deed' AS deed"
    signals = {
        "form_rejected": f"SELECT person, max(lately) AS n FROM bursts WHERE name = 'form_rejected' GROUP BY ALL HAVING n >= {REJECTED}",  # noqa: S608
        "form_left": f"""SELECT one.person, count(*) AS n FROM seen AS one WHERE one.name = 'form_abandoned' AND NOT EXISTS (
            FROM seen AS saved WHERE saved.name = 'save_made' AND saved.person = one.person
            AND saved.deed = one.form
            AND saved."at" BETWEEN one."at" AND one."at" + INTERVAL {SAVED_AFTER_MINUTES} MINUTE
        ) GROUP BY ALL HAVING n >= {ABANDONED}""",  # noqa: S608
        "rage_click": _often("rage_click", RAGE),
        "dead_click": _often("dead_click", DEAD),
        "stuck": _often("stuck", STUCK),
        "not_found": _often("search_made' AND outcome = 'nothing", NOT_FOUND),
        "slow_task": f"""SELECT person, count(*) AS n FROM tasks JOIN usual USING (role, form)
            WHERE seconds > {SLOWER} * usual.median GROUP BY ALL HAVING n >= {SLOW}""",  # noqa: S608
    }
    told = " UNION ALL ".join(f"SELECT '{name}' AS what, * FROM ({query})" for name, query in signals.items())  # noqa: S608
    return f"""
    WITH seen AS (
        SELECT DISTINCT ON (id) *, {named} FROM ({rows})
        WHERE user_id IS NOT NULL OR who IS NOT NULL
    ), bursts AS (
        SELECT person, name, count(*) OVER (
            PARTITION BY person, name, form ORDER BY "at"
            RANGE BETWEEN INTERVAL {within} MINUTE PRECEDING AND CURRENT ROW
        ) AS lately FROM seen
    ), before AS (
        SELECT DISTINCT ON (id) *, {named} FROM ({history})
        WHERE name IN ('form_opened', 'save_made') AND session IS NOT NULL
    ), tasks AS ({_tasks("seen")}
    ), usual AS (
        SELECT role, form, median(seconds) AS median FROM ({_tasks("before")})
        GROUP BY ALL HAVING count(*) >= {LEAST_TASKS}
    ), people AS (
        SELECT person, any_value("on") AS "on", any_value(level) AS level, any_value(user_id) AS user_id,
            any_value(who) AS who, any_value(team) AS team, any_value(role) AS role FROM seen GROUP BY person
    )
    SELECT "on", level, user_id, who, team, role, NULL::VARCHAR AS device, '{STRUGGLE}' AS name, NULL::VARCHAR AS kind,
        NULL::VARCHAR AS outcome, what, n::INTEGER AS n, NULL::BIGINT AS ms, 0::INTEGER AS timed,
        NULL::INTEGER AS slowest, NULL::INTEGER AS burst
    FROM ({told}) JOIN people USING (person)
    """  # noqa: S608  numbers and names of this file


def _often(name: str, least: int) -> str:
    return f"SELECT person, count(*) AS n FROM seen WHERE name = '{name}' GROUP BY ALL HAVING n >= {least}"  # noqa: S608


def _tasks(events: str) -> str:
    """From opening a form to its first save in the same session, by role: whoever opens it twice begins anew."""
    return f"""
        SELECT person, role, form, min(seconds) AS seconds FROM (
            SELECT saved.person, coalesce(saved.role, '') AS role, opened.form, opened.id,
                epoch(saved."at") - epoch(opened."at") AS seconds
            FROM (FROM {events} WHERE name = 'save_made' AND outcome IN ('saved', 'gap')) AS saved
            ASOF JOIN (FROM {events} WHERE name = 'form_opened') AS opened
            ON saved.person = opened.person AND saved.session = opened.session
                AND saved.deed = opened.form AND saved."at" >= opened."at"
        ) GROUP BY person, role, form, id"""  # noqa: S608
