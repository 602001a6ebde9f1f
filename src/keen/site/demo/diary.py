"""What the people of the demo company did from day to day, in nine months or however many it is to be."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from keen.site.demo import deals, deeds
from keen.site.demo.day import Day
from keen.site.demo.person import EXPORT_DAYS, KINDS, Fact, Person
from keen.site.demo.truth import Type, cause_of, review_of

Appointment = tuple[datetime, Callable[[], None]]
BEFORE_REVIEW = timedelta(hours=3, minutes=40)
KEPT_DAYS = 4
LOOK_AHEAD = timedelta(minutes=4)
LEADS_THAT_LOOK = frozenset({Type.KEEN, Type.STEADY, Type.PART_TIME})
SLOW = 0.02


def live(people: Sequence[Person], first: date, last: date) -> None:
    """Play these days for everybody: the records are made and the events are told, and nothing is stored yet."""
    for person in people:
        for offset in range((last - first).days + 1):
            on = first + timedelta(days=offset)
            if on in person.active:
                _work(Day(person, on))
            elif _visits(person, on):
                deeds.look_around(Day(person, on))
        person.known += person.met
        person.met = []


def _visits(person: Person, on: date) -> bool:
    """Whether somebody without work in Keen looks in on a day on which they work."""
    visits = person.habit(on).visits
    return visits > 0 and person.chance.random() < visits and person.hired.user.worktime.works(on)


def _work(day: Day) -> None:
    """All that somebody does on the day, in its order."""
    todo = [*_entries(day), *_business(day), *_deals(day), *_habits(day), *_review(day)]
    todo.sort(key=lambda appointment: appointment[0])
    day.clock = min([day.start, *(at - timedelta(minutes=10) for at, _ in todo[:1])])
    day.sign_in()
    for at, do in todo:
        day.until(at)
        do()
    deals.keep_going(day)


def _entries(day: Day) -> Iterator[Appointment]:
    """What is written down on the day: what took place today, or earlier."""
    for fact in _facts(day):
        if not _is_kept(day, fact):
            if fact.contact is not None and day.chance.random() < day.habit.looks:
                yield fact.at - LOOK_AHEAD, partial(day.look_up, fact.contact)
            yield _written(day, fact.at), partial(deeds.enter, day, fact)
    if _catches_up(day):
        at = _sitting(day)
        kept, day.person.kept = day.person.kept, []
        for fact in kept:
            yield at, partial(deeds.enter, day, fact)
            at += timedelta(minutes=1)


def _facts(day: Day) -> list[Fact]:
    """What took place on the day, by the pace of the person and the hours they work."""
    chance, person = day.chance, day.person
    hours = (day.end - day.start).total_seconds() / 3600 / 8.75
    pace = person.hired.colleague.pace * day.habit.pace * hours
    if day.habit.late:  # the business goes on, whether they open Keen or not
        pace /= max(day.habit.rhythm, 0.2)
    count = int(pace + chance.uniform(-0.8, 0.8) * pace + chance.random())
    found = []
    for _ in range(count):
        kind = chance.choices(KINDS, person.weights)[0]
        contact = chance.choice(person.known) if person.known else None
        found.append(Fact(kind, day.sometime(), contact))
    return found


def _is_kept(day: Day, fact: Fact) -> bool:
    """Whether the fact waits for another day. Whoever keeps things for the review notes no more than calls and mails."""
    habit = day.habit
    share = habit.late or (0.88 if habit.bursts else (1 - habit.prompt) / 2)
    if habit.bursts and fact.kind in {"note", "task"}:
        fact.kind = "call"
    if day.chance.random() >= share:
        return False
    if fact.contact is not None:
        day.person.kept.append(fact)
    return True


def _written(day: Day, at: datetime) -> datetime:
    """When it is entered: within minutes, or later on the day."""
    if day.chance.random() < day.habit.prompt:
        return at + timedelta(seconds=day.chance.randrange(60, 600))
    return max(at, day.sometime())


def _catches_up(day: Day) -> bool:
    """Whether the day is one on which kept things are entered."""
    kept = day.person.kept
    if not kept:
        return False
    waited = (day.on - kept[0].at.date()).days
    if day.habit.bursts:
        return day.on.weekday() == review_of(day.person.hired.colleague.team)[0] or waited > 7
    return waited >= KEPT_DAYS if day.habit.late else waited >= 1


def _sitting(day: Day) -> datetime:
    """When kept things are entered: before the review, at the end of a day, or first thing in the morning."""
    if day.habit.bursts:
        _, hour = review_of(day.person.hired.colleague.team)
        return day.start.replace(hour=hour, minute=0) - BEFORE_REVIEW * day.chance.uniform(0.3, 1)
    return day.start + (day.end - day.start) * 0.7 if day.habit.late else day.start + timedelta(minutes=12)


def _business(day: Day) -> Iterator[Appointment]:
    """What was planned until the day, and whom they are to add."""
    for made in deeds.due(day):
        yield deeds.when_due(day, made), partial(deeds.deal_with, day, made)
    for contact in day.person.to_meet.pop(day.on, ()):
        yield day.sometime(), partial(deeds.meet, day, contact)


def _deals(day: Day) -> Iterator[Appointment]:
    """The deals on which they work, and new ones: before the review for who keeps everything for it."""
    if not day.person.sells:
        return
    weekday, _ = review_of(day.person.hired.colleague.team)
    if day.habit.bursts and day.on.weekday() != weekday:
        return
    moment = partial(_sitting, day) if day.habit.bursts else day.sometime
    for pursuit in deals.ripe(day):
        yield moment(), partial(deals.pursue, day, pursuit)
    for _ in range(deals.wishes(day)):
        yield moment(), partial(deals.enter, day)


def _habits(day: Day) -> Iterator[Appointment]:
    """What somebody does because they are like that."""
    chance, habit, known = day.chance, day.habit, day.person.known
    for often, do in ((habit.lost, day.search_in_vain), (SLOW, partial(_wait_for_page, day))):
        if chance.random() < often:
            yield day.sometime(), do
    for _ in range(int(chance.uniform(0, 4) * habit.looks) if known else 0):
        yield day.sometime(), partial(day.look_up, chance.choice(known))
    if known and chance.random() < habit.mends:
        yield day.sometime(), partial(deeds.mend, day, chance.choice(known))
    if known and habit.exports and _takes_away(day):
        at = day.sometime(0.6)
        yield at, partial(deeds.take_away, day)
        if chance.random() < habit.back:
            yield at + timedelta(hours=2), partial(deeds.bring_back, day)


def _takes_away(day: Day) -> bool:
    """Whether it is a day for the export: twice a week for who lives in spreadsheets, else once."""
    return day.on.weekday() in (EXPORT_DAYS if day.habit.late else {min(EXPORT_DAYS)})


def _wait_for_page(day: Day) -> None:
    day.say(
        "page_slow",
        screen="contact-list",
        server_ms=day.chance.randrange(200, 900),
        client_ms=day.chance.randrange(1100, 3000),
    )


def _review(day: Day) -> Iterator[Appointment]:
    """The weekly review of a lead who holds it in Keen."""
    colleague = day.person.hired.colleague
    weekday, hour = review_of(colleague.team)
    absent = cause_of(colleague.team).key == "manager_absent"
    if colleague.leads and not absent and colleague.type in LEADS_THAT_LOOK and day.on.weekday() == weekday:
        yield day.start.replace(hour=hour, minute=0), partial(_hold_review, day)


def _hold_review(day: Day) -> None:
    day.look_at_list("activity", 300, saved=True, filtered=True)
    for contact in day.chance.sample(day.person.known, min(3, len(day.person.known))):
        day.look_up(contact)
