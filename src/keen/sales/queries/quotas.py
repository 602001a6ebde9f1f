"""Targets, and how people and teams stand against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.core.models import Team, User
from keen.records import declare
from keen.sales.domain.pipeline import StageType
from keen.sales.domain.quarters import Quarter, Standing
from keen.sales.models import Opportunity
from keen.sales.models.pipelines import pipelines
from keen.sales.models.quotas import Quota

MOST = 500


@dataclass(frozen=True)
class Row:
    """Somebody, or a team, with the targets of the four quarters of a year."""

    kind: str
    id: int
    name: str
    amounts: Sequence[Decimal | None]


@dataclass(frozen=True)
class Told:
    """Somebody's standing within a team."""

    user_id: int | None
    name: str
    standing: Standing


def is_hidden(actor: Actor) -> bool:
    """Whether what deals come to is kept from the actor."""
    hides = declare.get(Opportunity.KIND).hidden(actor)
    return bool({"amount", "value", "stage", "closed_at"} & hides)


def own_standing(actor: Actor, quarter: Quarter, today: date) -> Standing:
    """How the actor stands this quarter.

    Cost: 2 queries.
    """
    targets = Quota.objects.filter(user_id=actor.user_id or 0, year=quarter.year, quarter=quarter.number)
    target = targets.values_list("amount", flat=True).first()
    deals = Opportunity.objects.living().filter(owner_id=actor.user_id)
    won, weighted = _sums(deals, quarter)
    return Standing(target, won, weighted, quarter.pace(today))


def led_standing(actor: Actor, quarter: Quarter, today: date) -> tuple[Standing, list[Told]]:
    """How those stand whom the actor leads, together and each; of who sees all deals, the whole company.

    Shape: the target of teams is the sum of theirs, or of their people's where no team has one.
    Cost: 4 queries.
    """
    people = {user.pk: user for user in led_people(actor)}
    teams = _led_teams(actor)
    quotas = Quota.objects.filter(year=quarter.year, quarter=quarter.number)
    of_teams = quotas.filter(team__in=teams).aggregate(sum=Sum("amount"))["sum"]
    of_people: dict[int, Decimal] = dict(
        quotas.filter(user_id__in=list(people)).values_list("user_id", "amount")
    )
    deals = Opportunity.objects.visible_to(actor)
    if actor.rights.scope(Opportunity.KIND, "view") is not Scope.ALL:
        deals = deals.filter(team_id__in=sorted(actor.rights.teams))
    rows = (
        deals.filter(_within(quarter))
        .order_by()
        .values("owner_id")
        .annotate(won=Sum("value", filter=_won()), weighed=Sum("weighted", filter=Q(closed_at__isnull=True)))
    )
    sums = {row["owner_id"]: (row["won"] or Decimal(0), row["weighed"] or Decimal(0)) for row in rows}
    pace = quarter.pace(today)
    told = [
        Told(pk, people[pk].name, Standing(of_people.get(pk), *sums.get(pk, (Decimal(0), Decimal(0))), pace))
        for pk in people
        if pk in of_people or pk in sums
    ]
    target = of_teams or sum(of_people.values(), Decimal(0)) or None
    won = sum((one for one, _ in sums.values()), Decimal(0))
    weighed = sum((one for _, one in sums.values()), Decimal(0))
    return Standing(target, won, weighed, pace), sorted(
        told, key=lambda one: (-one.standing.expected, one.name)
    )


def _sums(deals: QuerySet[Opportunity], quarter: Quarter) -> tuple[Decimal, Decimal]:
    found = deals.filter(_within(quarter)).aggregate(
        won=Sum("value", filter=_won()), weighed=Sum("weighted", filter=Q(closed_at__isnull=True))
    )
    return found["won"] or Decimal(0), found["weighed"] or Decimal(0)


def _within(quarter: Quarter) -> Q:
    return Q(counts_on__gte=quarter.first, counts_on__lte=quarter.last)


def _won() -> Q:
    won = [key for key, stage in pipelines().stages.items() if stage.type is StageType.WON]
    return Q(closed_at__isnull=False, stage__in=won)


def _led_teams(actor: Actor) -> QuerySet[Team]:
    teams = Team.objects.order_by("name")
    everywhere = actor.rights.scope(Opportunity.KIND, "view") is Scope.ALL
    return teams if everywhere else teams.filter(pk__in=sorted(actor.rights.teams))


def led_people(actor: Actor) -> QuerySet[User]:
    """The active people of the actor's teams; everybody for who sees all deals.

    Cost: 1 query.
    """
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    if actor.rights.scope(Opportunity.KIND, "view") is Scope.ALL:
        return people
    return people.filter(team_id__in=sorted(actor.rights.teams))


def year_of_targets(actor: Actor, year: int) -> list[Row]:
    """The teams and the people for whom the actor may set targets, with those of the year.

    Cost: 3 queries.
    """
    known: Mapping[tuple[int | None, int | None, int], Decimal] = {
        (user, team, quarter): amount
        for user, team, quarter, amount in Quota.objects.filter(year=year).values_list(
            "user_id", "team_id", "quarter", "amount"
        )
    }
    rows = [
        Row("team", team.pk, team.name, [known.get((None, team.pk, number)) for number in range(1, 5)])
        for team in _led_teams(actor)[:MOST]
    ]
    rows += [
        Row("user", user.pk, user.name, [known.get((user.pk, None, number)) for number in range(1, 5)])
        for user in led_people(actor)[:MOST]
    ]
    return rows
