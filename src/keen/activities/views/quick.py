"""One line, read and shown before it is saved: the sheet of quick add."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone

from keen.activities import panels
from keen.activities.actions.about import About
from keen.activities.actions.quick import Entry, Wanted, write_down
from keen.activities.domain import days
from keen.activities.domain.choices import CALL_OUTCOMES, OUTCOMES, What
from keen.activities.domain.marks import day_words
from keen.activities.domain.sentence.found import Guess, Known, Reading, Sort, When
from keen.activities.forms import moment_of
from keen.activities.queries.sentence import understood
from keen.activities.views.answers import BOTH, answer, once
from keen.activities.views.timeline import seen
from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.core.domain.actor import Actor
from keen.core.wiring import wired
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.lib.ids import id_of
from keen.people.domain.cards import Card, cards, is_table
from keen.records import declare

KINDS = (
    ("call+", "Call made"), ("meeting+", "Meeting held"), ("email+", "E-mail, sent or got"), ("note+", "Note"),
    ("call-", "Call to make"), ("meeting-", "Meeting to come"), ("email-", "E-mail to write"), ("task-", "Task to do"),
)  # fmt: skip
STEPS = (("", "Nothing"), ("call", "Call"), ("meeting", "Meeting"), ("email", "E-mail"), ("task", "Task"))
WHENS = {"when": "When", "step_when": "Next on"}
DONE, PLANNED = "+", "-"
MOST_TEXT = 20_000
NAMED = frozenset([Sort.PERSON, Sort.COMPANY, Sort.NEW_PERSON])


@dataclass(frozen=True)
class Choice:
    """One field of the sheet: what was guessed, and what else it could be. Its number is its key."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]
    sure: bool = True


@dataclass
class Sheet:
    """All that the sheet shows. `values` are those typed, `choices` those guessed."""

    line: str
    reading: Reading
    choices: Sequence[Choice] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    others: Sequence[Known] = ()
    cards: Sequence[tuple[str, str]] = ()
    is_table: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def takes_amount(self) -> bool:
        """Whether the amount in the line can go anywhere but into the note."""
        return any(choice.name == "amount" for choice in self.choices)

    @property
    def unsure(self) -> list[str]:
        """The labels of what is not sure."""
        return [choice.label.lower() for choice in self.choices if not choice.sure and choice.value]

    def pieces(self) -> Iterator[tuple[str, Guess | None]]:
        """The line in pieces, those that were understood with their guesses."""
        at = 0
        for guess in self.reading.guesses:
            if guess.start >= at:
                yield self.line[at : guess.start], None
                yield self.line[guess.start : guess.end], guess
                at = guess.end
        yield self.line[at:], None


@route("activity.add", methods=BOTH)
def quick(request: KeenRequest) -> HttpResponse:
    """A line that is read, shown as it was understood, and saved with one key."""
    given = request.POST if request.method == "POST" else request.GET
    line = text.clean(given.get("text", ""), MOST_TEXT, multiline=True)
    sheet = sheet_of(request, line, given, timezone.now()) if line else Sheet(line, Reading())
    if request.method == "POST":
        try:
            receipt = write_down(actor=request.actor, entry=entry_of(request, given), once=once(request))
        except (NotVisibleError, ForbiddenError):
            raise
        except RuleError as error:
            note_refused(request, error)
            sheet.errors = {error.field or "": error.message}
            sheet.values = given.dict()
        else:
            return answer(request, receipt, otherwise=receipt.object.href if receipt.object else "/")
    block = "#sheet" if request.headers.get("HX-Request") else ""
    context = {"sheet": sheet, "next": given.get("next", ""), "recording": line != ""}
    return pages.render(request, f"activities/quick.html{block}", context, 422 if sheet.errors else 200)


def sheet_of(request: KeenRequest, line: str, given: Mapping[str, Any], now: datetime) -> Sheet:
    """What the line was understood as when it was written, with the choices for each guess."""
    reading = understood(request.actor, line, now)
    record = _record(request, given)
    today = panels.today_of(request.actor)
    about = [_option(guess.value) for guess in reading.of(Sort.PERSON, Sort.COMPANY)]
    choices = [
        Choice("what", "What", f"{reading.what.value}{DONE if reading.done else PLANNED}", KINDS, reading.sure),
        _about(reading, record),
        _when("when", reading.when, today, request.actor, past=reading.done),
        Choice("step", "Next", reading.step.what.value if reading.step else "", STEPS, not reading.step or reading.step.sure),
        _when("step_when", reading.step.when if reading.step else None, today, request.actor, past=False),
    ]  # fmt: skip
    return Sheet(
        line=line,
        reading=reading,
        choices=[*choices, *_outcome(reading), *_amount(request, reading, about, record)],
        values=_values(reading),
        others=[guess.value for guess in reading.of(Sort.PERSON)[1:]],
        cards=[(card.name or card.company, _new_contact(card)) for card in cards(line)],
        is_table=is_table(line),
    )


def _values(reading: Reading) -> dict[str, str]:
    return {
        "note": reading.note,
        "title": reading.text,
        "step_text": reading.step.text if reading.step else "",
        "minutes": str(reading.minutes or ""),
        "incoming": "1" if reading.incoming else "",
    }


def _record(request: KeenRequest, given: Mapping[str, Any]) -> tuple[str, str] | None:
    """The record on whose page the line was written, as an option."""
    kind, _, pk = str(given.get("on", "")).strip("/").partition("/")
    record_type = next((one for one in declare.types() if one.path == kind), None)
    if record_type is None or id_of(pk) is None or record_type.kind == "activity":
        return None
    try:
        _, record = seen(request, record_type.kind, int(pk))
    except NotVisibleError:
        return None
    return f"{record_type.kind}:{record.pk}", record_type.told_to(request.actor, record)


def _about(reading: Reading, record: tuple[str, str] | None) -> Choice:
    """Whom it is about: who is named, else the record of the page; then who else it could be."""
    named = reading.of(*NAMED)
    named.sort(key=lambda guess: (guess.sort is not Sort.PERSON, guess.sort is Sort.NEW_PERSON))
    options = [option for guess in named for option in [_option(guess.value), *map(_option, guess.others)]]
    options += [record] if record else []
    options.append(("", "Nobody"))
    found = dict.fromkeys(options)
    return Choice("about", "With", options[0][0], tuple(found), sure=not named or named[0].sure)


def _option(value: Known | str) -> tuple[str, str]:
    if isinstance(value, Known):
        return (
            f"{value.kind}:{value.id}",
            f"{value.title} ({value.subtitle})" if value.subtitle else value.title,
        )
    return f"new:{value}", f"New contact: {value}"


def _when(name: str, when: When | None, today: date, actor: Actor, *, past: bool) -> Choice:
    """The day that was meant, what else it could be, and the usual days."""
    moments = [(when.on, when.at), *when.others] if when else []
    if when and when.at:
        moments.append((when.on, None))
    options = [(_value(on, at), _said(on, at, today)) for on, at in moments]
    if past:
        options.append(("", "Just now"))
    else:
        options += [
            (chip.on.isoformat(), _said(chip.on, None, today)) for chip in days.chips(today, actor.worktime)
        ]
        options.append(("", "No day"))
    value = options[0][0] if when else ""
    return Choice(name, WHENS[name], value, tuple(dict.fromkeys(options)), sure=when is None or when.sure)


def _value(on: date, at: time | None) -> str:
    return f"{on.isoformat()}T{at:%H:%M}" if at else on.isoformat()


def _said(on: date, at: time | None, today: date) -> str:
    words = day_words(on, today)
    return f"{words} {at:%H:%M}" if at else words


def _outcome(reading: Reading) -> list[Choice]:
    """How a call went, when there is something to choose."""
    if reading.what is not What.CALL or not reading.done:
        return []
    options = tuple(one for one in OUTCOMES if one[0] in CALL_OUTCOMES)
    return [Choice("outcome", "It was", reading.outcome or options[0][0], options)]


def _amount(
    request: KeenRequest, reading: Reading, about: Sequence[tuple[str, str]], record: tuple[str, str] | None
) -> list[Choice]:
    """Where the amount may go, if any package takes amounts; it stays in the note in any case."""
    if reading.money is None:
        return []
    place = next(iter([*about, *([record] if record else [])]), None)
    kind, _, pk = place[0].partition(":") if place else ("", "", "")
    of = (kind, int(pk)) if pk.isdecimal() else None
    options = [
        (f"{taker.key}:{key}", label)
        for taker in wired().amounts
        for key, label in taker.offered(request.actor, of)
    ]
    return (
        [Choice("amount", "Amount", "", (("", "Stays in the note"), *options), sure=True)] if options else []
    )


def _new_contact(card: Card) -> str:
    """The form for a new contact, filled."""
    return f"/{declare.get('contact').path}/new/?{urlencode(card.values(), doseq=True)}"


# Reading the sheet back ----------------------------------------------------------------------------------


def entry_of(request: KeenRequest, given: Any) -> Entry:
    """What the sheet says.

    Raises: RuleError.
    """
    what = str(given.get("what", "note+"))
    about, newcomer = _chosen(str(given.get("about", "")))
    minutes = str(given.get("minutes", "")).strip()
    if minutes and not (minutes.isdecimal() and len(minutes) <= 4):
        raise RuleError("not_a_number", "Write the minutes as a number, for example 45.", "minutes")
    title = str(given.get("title", ""))
    return Entry(
        main=_wanted(request.actor, what[:-1], title if what.endswith(PLANNED) else "", str(given.get("when", "")), "when"),
        done=not what.endswith(PLANNED),
        about=about,
        newcomer=newcomer,
        with_=tuple(pk for pk in map(id_of, given.getlist("with")) if pk is not None),
        note=str(given.get("note", "")),
        outcome=str(given.get("outcome", "")),
        incoming=bool(given.get("incoming")),
        minutes=int(minutes) if minutes else None,
        step=_next(request.actor, given),
        amount=_taken(request.actor, given),
    )  # fmt: skip


def _next(actor: Actor, given: Mapping[str, Any]) -> Wanted | None:
    step = str(given.get("step", ""))
    if not step:
        return None
    return _wanted(actor, step, str(given.get("step_text", "")), str(given.get("step_when", "")), "step_when")


def _chosen(value: str) -> tuple[About | None, str]:
    """The record that was chosen, and the name of somebody new.

    Raises: RuleError.
    """
    kind, _, rest = value.partition(":")
    if kind == "new":
        return None, rest
    if not value:
        return None, ""
    record_id = id_of(rest)
    if record_id is None or declare.find(kind) is None:
        raise RuleError("not_a_record", "Choose somebody from the list.", "about")
    return About(kind, record_id), ""


def _wanted(actor: Actor, what: str, title: str, when: str, name: str) -> Wanted:
    at = moment_of(actor, when if "T" in when else f"{when}T00:00" if when else "", name)
    return Wanted(what=what, text=title, on=at.date() if at else None, at=_time(at, when))


def _time(at: datetime | None, when: str) -> time | None:
    return at.time() if at is not None and "T" in when else None


def _taken(actor: Actor, given: Mapping[str, Any]) -> tuple[str, str, str, str] | None:
    """Where the amount goes: the amount is read from the line again, so that no other one is sent."""
    key, _, choice = str(given.get("amount", "")).partition(":")
    money = understood(actor, str(given.get("text", "")), timezone.now()).money if choice else None
    return (key, choice, str(money.value.amount), money.value.currency) if money else None
