"""The planted truth of a demo company, as plain data."""

from typing import TYPE_CHECKING, Any

from keen.core.models import Absence
from keen.site.demo import truth
from keen.site.demo.person import Person

if TYPE_CHECKING:
    from keen.site.demo.build import Company


def truth_of(company: "Company") -> dict[str, Any]:
    """Who is like what and since when, why teams are as they are, and the form that does not work.

    Cost: 1 query.
    """
    times, usage_from = company.times, company.people[0].world.ledger.whole_from
    return {
        "about": "What was planted in this demo company. Measures are held against it; they must never read it.",
        "seed": truth.SEED,
        "first_day": times.first.isoformat(),
        "last_day": times.last.isoformat(),
        "built_on": times.today.isoformat(),
        "usage": {
            "level": "person",
            "visibility": "named to the direct manager",
            "single_events_from": max(usage_from, times.first).isoformat(),
            "daily_figures_from": times.first.isoformat(),
            "events": company.events,
        },
        "audit_from": times.first.isoformat(),
        "named_form": {
            "form": truth.NAMED_FORM,
            "field": truth.NAMED_FIELD,
            "rule": truth.NAMED_RULE,
            "rejected_at_least_times_as_often": truth.STRUGGLING_AT_LEAST,
        },
        "exports_in_thirty_days_at_least": truth.EXPORTS_A_MONTH,
        "types": {str(key): meaning for key, meaning in truth.MEANINGS.items()},
        "teams": _teams(company),
        "people": _people(company),
        "silent_customers": [account.pk for account in company.silent],
        "twice": [[first.KIND, first.pk, second.pk] for first, second in company.customers.twice],
    }


def _teams(company: "Company") -> list[dict[str, Any]]:
    names = dict.fromkeys(person.hired.colleague.team for person in company.people)
    found = []
    for name in names:
        cause, (weekday, hour) = truth.cause_of(name), truth.review_of(name)
        found.append(
            {
                "team": name,
                "cause": cause.key,
                "row_of_the_table_of_causes": cause.row or None,
                "story": cause.story,
                "review": {"weekday": weekday, "hour": hour},
            }
        )
    return found


def _people(company: "Company") -> list[dict[str, Any]]:
    away: dict[int, list[list[str]]] = {}
    for absence in Absence.objects.order_by("first"):
        away.setdefault(absence.user_id, []).append([absence.first.isoformat(), absence.last.isoformat()])
    return [_person(person, company.times, away.get(person.id, [])) for person in company.people]


def _person(person: Person, times: truth.Times, away: list[list[str]]) -> dict[str, Any]:
    colleague, turned = person.hired.colleague, times.turned(person.type)
    return {
        "id": person.id,
        "name": colleague.name,
        "email": colleague.email,
        "team": colleague.team,
        "role": colleague.role,
        "type": str(person.type),
        "joined": times.joined(person.type).isoformat(),
        "turned": turned.isoformat() if turned else None,
        "week": list(person.hired.user.worktime.week(times.last)),
        "away": away,
    }
