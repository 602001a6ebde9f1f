"""What is read out of a line: how well, and what holds for any line at all."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keen.activities.domain.choices import What
from keen.activities.domain.sentence.amounts import number
from keen.activities.domain.sentence.clock import read as read_time
from keen.activities.domain.sentence.found import Reading, Scene, Sort
from keen.activities.domain.sentence.line import LANGUAGES
from keen.activities.domain.sentence.plain import WORD, plain
from keen.activities.domain.sentence.reading import read
from tests.activities.domain.sentences import KNOWN, NOW, cases, faults, said, scores, table

SCENE = Scene(now=NOW, country="DE", currency="EUR", known=KNOWN)
# Whole sentences without any fault, of each set: what is reached, and no less.
FLOORS = {"tuned": 1.0, "rough": 1.0, "held": 0.98, "fresh": 0.85, "late": 0.33}
PIECES = sorted({word for case in cases() for word in case.text.split()})
LINES = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=24).map(" ".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=12).map("".join),
)


@pytest.mark.parametrize("which", FLOORS)
def test_so_many_sentences_are_read_without_a_fault(which: str) -> None:
    found = scores(which)
    print(f"\n{which}\n{table(found)}")

    whole = [score for (_, slot), score in found.items() if slot == "whole"]
    right, everything = sum(score.right for score in whole), sum(score.all for score in whole)
    wrong = [
        f"{case.text}: {bad}"
        for case in cases()
        if case.set == which and (bad := faults(case, said(read(case.text, case.scene()))))
    ]
    assert right / everything >= FLOORS[which], "\n".join(wrong)


def test_there_are_three_hundred_sentences_a_fifth_of_them_held_back() -> None:
    sets = [case.set for case in cases()]

    assert sets.count("tuned") + sets.count("held") == 300
    assert sets.count("held") == 60


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_any_line_is_read_and_nothing_of_it_is_lost(line: str) -> None:
    found = read(line, SCENE)

    assert found == read(line, SCENE)
    assert all(0 <= guess.start < guess.end <= len(line) for guess in found.guesses)
    assert _lost(line, found) == []


def _lost(line: str, found: Reading) -> list[str]:
    """The words that stand neither in a text nor in a place that was understood, and link nothing."""
    words = next(words for words in LANGUAGES if words.code == found.language)
    kept = {
        word
        for text in (found.note, found.text, found.step.text if found.step else "")
        for word in WORD.findall(plain(text))
    }
    return [
        match[0]
        for match in WORD.finditer(plain(line))
        if match[0] not in kept | words.linking | words.lead
        and not any(guess.start < match.end() and match.start() < guess.end for guess in found.guesses)
    ]


@settings(max_examples=100, deadline=None)
@example("discuté avec Mark Till, le voir jeudi 26 à 15h", date(2037, 4, 1), "FR")
@given(
    st.sampled_from([case.text for case in cases()]),
    st.dates(date(1990, 1, 1), date(2120, 1, 1)),
    st.sampled_from(["DE", "US", "FR"]),
)
def test_a_plan_never_lies_in_the_past_unless_its_year_is_said(line: str, today: date, country: str) -> None:
    found = read(
        line,
        Scene(
            now=NOW.replace(year=today.year, month=today.month, day=today.day), country=country, known=KNOWN
        ),
    )

    said_year = any(part in line for part in ("2026", "2027"))
    for when in (found.step and found.step.when, None if found.done else found.when):
        assert said_year or when is None or when.on >= today


@given(st.text(max_size=60))
def test_letters_keep_their_places_when_they_are_made_plain(line: str) -> None:
    assert len(plain(line)) == len(line)
    assert plain(plain(line)) == plain(line)


def test_a_letter_is_kept_as_a_note() -> None:
    letter = "Dear Sirs, " + "we write to you about many things. " * 200

    assert read(letter, SCENE) == Reading(note=letter.strip())


@pytest.mark.parametrize(
    ("written", "amount"),
    [("12.000", "12000"), ("12,000", "12000"), ("1,5", "1.5"), ("1.250,50", "1250.50"), ("1,250.50", "1250.50"), ("3 400", "3400"), ("1'250", "1250"), ("7.5", "7.5")],
)  # fmt: skip
def test_numbers_are_read_whichever_sign_parts_the_thousands(written: str, amount: str) -> None:
    assert number(written) == Decimal(amount)


def test_hours_before_seven_mean_the_afternoon_unless_it_is_said() -> None:
    assert read_time(4) == (time(16), False, time(4))
    assert read_time(7) == (time(7), True, None)
    assert read_time(6, 30, said="06") == (time(6, 30), True, None)
    assert read_time(3, half="am") == (time(3), True, None)
    assert read_time(25) is None


@pytest.mark.parametrize(
    ("written", "others"),
    [
        ("call anna weber next thursday", [date(2026, 11, 19)]),
        ("call anna weber 3/4/2027", []),
        ("call anna weber on the 18th", []),
    ],
)
def test_a_day_that_could_be_another_says_so(written: str, others: list[date]) -> None:
    when = read(written, SCENE).when

    assert when is not None
    assert [on for on, _ in when.others] == others


def test_one_word_of_a_name_is_a_guess_with_all_who_have_it() -> None:
    (anna,) = read("call Anna tomorrow", SCENE).of(Sort.PERSON)

    assert not anna.sure
    assert {other.title for other in anna.others} | {anna.value.title} == {"Anna Weber", "Anna Schmidt"}


def test_the_note_is_what_is_left_for_people_to_read() -> None:
    found = read("spoke to jonas brandt wants may delivery, call thu 10, 12k", SCENE)

    assert (found.what, found.done, found.note) == (What.CALL, True, "Wants may delivery, 12k")
    assert found.step is not None
    assert found.step.text == ""
    assert found.outcome == ""
