"""Who acts, and whether they may write at all."""

from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.rights import POWERS, Scope


def test_an_actor_without_rights_may_nothing():
    nobody = Actor(user_id=1, name="Nobody")

    assert nobody.rights.scope("contact", "view") is Scope.NONE
    assert not any(nobody.rights.has(power) for power in POWERS)


def test_who_looks_at_the_app_as_somebody_else_may_not_write():
    assert not Actor(user_id=1, name="Maya", acting_by=2).may_write
    assert Actor(user_id=1, name="Maya").may_write


def test_the_system_may_everything_and_is_nobody():
    assert SYSTEM.user_id is None
    assert SYSTEM.rights.scope("anything", "delete") is Scope.ALL
    assert all(SYSTEM.rights.has(power) for power in POWERS)


def test_programs_see_other_records_than_the_same_person_at_a_page() -> None:
    page, api, webhook = (Actor(1, "Jana", via=via).key for via in ("page", "api", "webhook"))

    assert page != api == webhook
