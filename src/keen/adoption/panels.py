"""The one question on Today, where something is asked."""

from typing import Any

from keen.adoption.domain.voice import ASKED
from keen.adoption.queries.voice import open_question
from keen.core import pages
from keen.core.access import KeenRequest


def question(request: KeenRequest, *about: Any) -> str:
    """The question to the person; nothing while there is none.

    Cost: 1 query.
    """
    del about
    context = question_context(request) if request.actor.may_write else {}
    return pages.text(request, "adoption/_question.html", context) if context.get("question") else ""


def question_context(request: KeenRequest) -> dict[str, Any]:
    """What the template of the question needs.

    Cost: 1 query.
    """
    found = open_question(request.actor.user_id)
    return {"question": found, "items": ASKED.get(found.item, ()) if found else ()}
