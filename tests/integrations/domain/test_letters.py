"""Mails about webhooks say what happened, why, and where to mend it."""

from keen.integrations.domain.letters import switched_off


def test_the_mail_says_why_since_when_and_where() -> None:
    subject, body = switched_off(
        person="Ann", webhook="Shop {x}", why="It failed for days on end.", since="2026-11-20 10:00 UTC",
        address="https://keen.example/settings/webhooks/1/",
    )  # fmt: skip
    assert subject == "The webhook Shop {x} is switched off"
    assert body.startswith("Hello Ann,\n")
    for told in ("Shop {x}. It failed for days on end.", "since 2026-11-20", "settings/webhooks/1/"):
        assert told in body
