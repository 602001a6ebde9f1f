from io import StringIO

from django.core.management import call_command


def test_the_command_prints_who_was_taken_for_what() -> None:
    out = StringIO()

    call_command("checkscore", "--each", "2", stdout=out)

    assert "8 habits, 2 made-up people of each" in out.getvalue()
    assert out.getvalue().count("scheduled days: ") == 3
    assert "not that they are right about your people" in out.getvalue()
