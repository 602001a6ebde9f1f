from keen.adoption.domain.causes import BY_NUMBER, CAUSES, CHEAPER, Link
from keen.adoption.domain.diagnosis import conditions
from keen.adoption.domain.signs import MEASURES


def test_the_table_is_whole_and_every_condition_can_be_read() -> None:
    assert [cause.number for cause in CAUSES] == list(range(1, 22))
    assert {cause.link for cause in CAUSES} == set(Link)
    used = {part.measure for cause in CAUSES for signal in cause.signals for part in conditions(signal.when)}

    assert used == set(MEASURES)
    assert all(2 <= len(cause.answers) <= 5 for cause in CAUSES if cause.question)


def test_no_cause_names_people_by_age_or_judges_their_motives() -> None:
    told = " ".join(f"{cause.name} {cause.intervention} {cause.question}" for cause in CAUSES).lower()

    assert not any(word in told for word in ("lazy", "unwilling", "older", "younger", "generation"))
    assert all(BY_NUMBER[number].number == number for number in CHEAPER)
