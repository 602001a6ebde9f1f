"""Sentences in four languages with what is to be read out of them, and how well that is done.

A row of sentences.tsv is language, set, sentence, expectation. Of the 300 in the sets "tuned" and "held", written
before there were rules, the rules were tuned by the first alone. Those of the sets "rough" and "fresh" were written
afterwards, in the short and careless way in which people write for themselves, and mended the rules later. The 24 of the
set "late" were written before that mending; the rules were never changed for them, so they say most about what a
stranger's line will meet. An expectation names slots: k the kind with + for done and - for planned,
p people, c companies, np and nc new ones, w when, n the kind of the next step, nw its day, m money, d minutes,
ph phone, em e-mail; cc is the country where it was written. Days are of 2026 unless they say otherwise.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from keen.activities.domain.sentence.found import Known, Reading, Scene, Sort, When
from keen.activities.domain.sentence.reading import read

NOW = datetime(2026, 11, 18, 11, 20, tzinfo=ZoneInfo("Europe/Berlin"))  # a Wednesday
PEOPLE = {
    "Jonas Brandt": "Brandt GmbH", "Amira Haddad": "Vela Foods", "Sophie Müller": "Orbit Systems",
    "Carlos García López": "Soluciones Ibéricas SL", "Élodie Lefèvre": "Boulangerie Martin", "Peter Schmidt": "Nordlicht AG",
    "Anna Weber": "Nordlicht AG", "Tom O'Brien": "Contoso Ltd", "Jean-Pierre Dubois": "Métaux du Sud",
    "Lucía Fernández": "Grupo Almena", "Anna Schmidt": "Orbit Systems", "Mark Till": "Contoso Ltd",
}  # fmt: skip
COMPANIES = [*dict.fromkeys(PEOPLE.values()), "Café Zentral"]
KNOWN = (
    *(Known("contact", at, name, company) for at, (name, company) in enumerate(PEOPLE.items(), 1)),
    *(Known("account", at, name) for at, name in enumerate(COMPANIES, 1)),
)
SLOTS = ("k", "p", "c", "np", "nc", "w", "n", "nw", "m", "d", "ph", "em")


@dataclass(frozen=True)
class Case:
    """One sentence."""

    language: str
    set: str
    text: str
    wanted: dict[str, str]

    def scene(self) -> Scene:
        """Where it was written."""
        return Scene(now=NOW, country=self.wanted.get("cc", "DE"), currency="EUR", known=KNOWN)


def cases() -> list[Case]:
    """All sentences."""
    lines = (Path(__file__).parent / "sentences.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [
        Case(language, which, text, dict(slot.split("=", 1) for slot in wanted.split(";")))
        for language, which, text, wanted in rows
    ]


def said(reading: Reading) -> dict[str, str]:
    """What was read, in the form of an expectation."""
    step, money = reading.step, reading.money
    slots = {
        "k": f"{reading.what.value}{'+' if reading.done else '-'}",
        "p": _titles(reading, Sort.PERSON),
        "c": _titles(reading, Sort.COMPANY),
        "np": ",".join(guess.value for guess in reading.of(Sort.NEW_PERSON)),
        "nc": ",".join(guess.value for guess in reading.of(Sort.NEW_COMPANY)),
        "w": _moment(reading.when),
        "n": step.what.value if step else "",
        "nw": _moment(step.when) if step else "",
        "m": f"{money.value.amount} {money.value.currency}" if money else "",
        "d": str(reading.minutes or ""),
        "ph": ",".join(guess.value for guess in reading.of(Sort.PHONE)),
        "em": ",".join(guess.value for guess in reading.of(Sort.EMAIL)),
    }
    return {slot: value for slot, value in slots.items() if value}


def _titles(reading: Reading, sort: Sort) -> str:
    return ",".join(guess.value.title for guess in reading.of(sort))


def _moment(when: When | None) -> str:
    if when is None:
        return ""
    day = when.on.strftime("%m-%d" if when.on.year == NOW.year else "%Y-%m-%d")
    return f"{day} {when.at:%H:%M}" if when.at else day


def faults(case: Case, found: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The slots that are wrong, with what was wanted and what was read."""
    return {
        slot: (case.wanted.get(slot, ""), found.get(slot, ""))
        for slot in SLOTS
        if found.get(slot, "") not in _allowed(case.wanted.get(slot, ""))
    }


def _allowed(wanted: str) -> set[str]:
    return {wanted} | set(wanted.split("|"))


@dataclass
class Score:
    """How often a slot was right of the times it was wanted or filled."""

    right: int = 0
    all: int = 0

    @property
    def share(self) -> float:
        return self.right / self.all if self.all else 1.0


def scores(which: str) -> dict[tuple[str, str], Score]:
    """The scores by language and slot, and "whole" for sentences without a fault."""
    found: dict[tuple[str, str], Score] = defaultdict(Score)
    for case in cases():
        if case.set != which:
            continue
        slots = said(read(case.text, case.scene()))
        wrong = faults(case, slots)
        for slot in SLOTS:
            if slot in slots or slot in case.wanted:
                _count(found[case.language, slot], slot not in wrong)
        _count(found[case.language, "whole"], not wrong)
    return found


def _count(score: Score, right: bool) -> None:
    score.all += 1
    score.right += right


def table(found: dict[tuple[str, str], Score]) -> str:
    """The scores as a table."""
    languages = ("en", "de", "fr", "es")
    lines = ["slot   " + "".join(f"{language:>14}" for language in languages)]
    for slot in (*SLOTS, "whole"):
        cells = [found[language, slot] for language in languages]
        lines.append(
            f"{slot:<7}" + "".join(f"{f'{one.right}/{one.all} {one.share:.0%}':>14}" for one in cells)
        )
    return "\n".join(lines)
