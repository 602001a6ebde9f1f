"""How programs talk to Keen, for whoever writes one."""

from django.conf import settings
from django.http import HttpResponse

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.records import declare
from keen.records.actions.upsert import keys
from keen.records.declare import RecordType
from keen.records.rest import asking
from keen.records.rest.batch import MOST
from keen.records.rest.verbs import verbs_of


@route()
def help_api(request: KeenRequest) -> HttpResponse:
    actor = request.actor
    kinds = [kind for kind in declare.types() if actor.rights.scope(kind.kind, "view").reach]
    context = {
        "base": settings.KEEN.base_url,
        "kinds": [(kind, _verbs(kind), keys(kind, actor)) for kind in kinds],
        "first": kinds[0].path if kinds else "contacts",
        "limits": settings.KEEN,
        "most_listed": asking.MOST,
        "most_sent": MOST,
    }
    return pages.render(request, "records/api.html", context)


def _verbs(kind: RecordType) -> list[tuple[str, str]]:
    return [
        (f"/{kind.path}/{'{id}/' if verb.on == 'record' else ''}{verb.name}", verb.summary)
        for verb in verbs_of(kind.kind)
    ]
