"""What is known of the usage of another CRM."""

from django.db.models import QuerySet

from keen.adoption.domain.foreign import AUTOMATIC, PERSON
from keen.adoption.models import ForeignLog, ForeignPerson


def people_of(log: ForeignLog) -> QuerySet[ForeignPerson]:
    """The people of the log, by name.

    Cost: 1 query.
    """
    return ForeignPerson.objects.filter(log=log, kind=PERSON).order_by("key")


def set_aside(log: ForeignLog) -> QuerySet[ForeignPerson]:
    """The names of the log that are no people, each with the reason.

    Cost: 1 query.
    """
    return ForeignPerson.objects.filter(log=log, kind=AUTOMATIC).order_by("key")


def without_calendar(log: ForeignLog) -> QuerySet[ForeignPerson]:
    """The people of whom nobody said when they work: they are asked for, and have no rhythm until then.

    Cost: 1 query.
    """
    return people_of(log).filter(minutes__isnull=True)
