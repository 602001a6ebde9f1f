"""What the people of the demo company say of Keen, how it feels to them, and that their managers see who needs help."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from keen.adoption.domain.modes import Mode
from keen.adoption.domain.voice import Sort, State, due_on, third_of
from keen.adoption.models import Message, ModeChange, Reply
from keen.core.actions import rows
from keen.site.demo.hire import Hired
from keen.site.demo.truth import Times, Type

SAID = (
    (12, Sort.IDEA, "Show the price list beside the quote.", "opportunity", State.PLANNED, "It comes with the next update."),
    (9, Sort.WRONG, "The list of deals forgets my filter.", "opportunity-list", State.DONE, "Save it as a view, then it stays."),
    (6, Sort.THANKS, "The brief before a meeting saved me a call.", "brief", State.DONE, "Good to hear. We told the others."),
    (3, Sort.WRONG, "I cannot find the old orders of a customer.", "account", State.NEW, ""),
    (1, Sort.STUCK, "Where do I enter a second address?", "contact", State.NEW, ""),
    (1, Sort.IDEA, "A shorter form for a new lead.", "lead-new", State.LOOKING, ""),
)  # fmt: skip
# What they answer to “Keen does what I need” and “Keen is easy to use”, by how they were planted.
FEELS = {Type.KEEN: (6, 6), Type.STEADY: (5, 5), Type.PART_TIME: (5, 5), Type.NEW: (4, 5)}
OTHERWISE = (3, 4)
MONTHS = 4


def speak(hired: Sequence[Hired], administrator_id: int, times: Times) -> None:
    """The mode, a few messages, and answers of the last months: a third of the people each month."""
    zone = ZoneInfo("Europe/Berlin")
    start = datetime.combine(times.first, time(9), tzinfo=zone)
    ModeChange.objects.create(
        mode=Mode.MANAGER.value,
        before=Mode.TEAM.value,
        reason="Managers help where somebody does not get on. Agreed with the staff.",
        state=ModeChange.IN_FORCE,
        asked_at=start,
        decided_at=start,
        asked_by_id=administrator_id,
        starts_on=times.first + timedelta(days=7),
    )
    sellers = [one for one in hired if one.colleague.role == "sales_rep"]
    for (ago, sort, words, screen, state, answer), one in zip(SAID, sellers, strict=False):
        at = datetime.combine(times.last - timedelta(days=ago), time(15, 20), tzinfo=zone)
        Message.objects.create(
            by=one.user,
            sort=sort.value,
            text=words,
            screen=screen,
            context=[["Page", screen.replace("-", " ").capitalize()], ["Device", "Computer, Firefox"]],
            at=at,
            due_on=due_on(sort, at.date()),
            state=state.value,
            answer=answer,
            answered_by_id=administrator_id if answer else None,
            answered_at=at + timedelta(days=1) if answer else None,
        )
    rows.insert([reply for one in hired for reply in _replies(one, times.last)])


def _replies(one: Hired, last: date) -> list[Reply]:
    """The person's answers in the months in which it was their turn, a little apart from others of their kind."""
    made = []
    month = last.replace(day=1)
    for _ in range(MONTHS):
        on = min(month + timedelta(days=one.user.pk % 25), last)
        if third_of(one.user.pk, month):
            needs, ease = FEELS.get(one.colleague.type, OTHERWISE)
            for item, value in (("needs", needs), ("ease", ease)):
                apart = (one.user.pk + month.month) % 3 - 1
                made.append(
                    Reply(user=one.user, item=item, value=value + apart, team_id=one.user.team_id, on=on)
                )
        month = (month - timedelta(days=1)).replace(day=1)
    return made
