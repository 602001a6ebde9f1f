"""Two worlds that differ only in what somebody may not see must look the same to them, through every door.

The world is built once. Every address that can be read is asked for, then everything hidden is changed, and all is asked
for again: pages, parts of pages, searches, counts, lists by every field, exports, and the API. Not a byte may differ, apart
from the tokens that differ each time. What differs would be a way to learn of the hidden, be it by one bit.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.utils import timezone

from keen.activities.records import ACTIVITY
from keen.core.access import routes
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records import declare, search
from keen.records.actions import life, merge
from keen.records.actions.lists import ListWish, save_list
from keen.records.actions.save import Wish, save
from keen.sales.models import Opportunity
from keen.sales.records import OPPORTUNITY
from tests.factories.activities import make_activity, make_call
from tests.factories.api import Program, make_token
from tests.factories.core import make_role, make_team, make_user
from tests.factories.orders import make_paper
from tests.factories.people import make_account, make_contact
from tests.factories.sales import make_opportunity, money

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 18, 10, 30, tzinfo=UTC)
# What each kind lets the spy do, and the fields that are kept from them.
GRANTS = {"view": "team", "add": "team", "edit": "team", "delete": "team", "export": "team"}
HIDDEN = {
    "opportunity": ["amount", "value", "weighted"],
    "contact": ["phones", "job_title", "birthday"],
    "account": ["annual_revenue", "industry"],
}
# What tells of the spy's own doings, which go on between the two looks; and whether Keen itself is well.
OWN = frozenset({"/me/changes/", "/settings/tokens/", "/healthz"})
PAPERS = ("order", "invoice", "purchase_order", "payment")
PAPER = {"gross": "119.00", "changed_at": "2026-03-18T08:00:00Z"}
CANARIES = ("Zebulon", "Quixote", "zebulon@hidden.example", "+49 30 777 555 333", "Nemesis", "Vexatious")


@dataclass
class World:
    """Who looks, what is in front of them, and what is not."""

    spy: Any
    insider: Any
    near: dict[str, list[int]]
    far: dict[str, list[int]]
    thorough: bool = True  # each field in every way, instead of in some


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """The time, which stands still until it is moved."""
    now = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    return lambda by: now.__setitem__(0, now[0] + by)


@pytest.fixture
def world(clock: Callable[[timedelta], None]) -> World:
    team, elsewhere = make_team("Near"), make_team("Far")
    role = make_role("spy", records={one.kind: GRANTS for one in declare.types()}, hidden=HIDDEN)
    spy, insider = make_user(role, team, name="Spy"), make_user("administrator", elsewhere, name="Insider")
    mate = make_user("sales_rep", team, name="Mate")
    here, there = {"owner": mate, "team": team}, {"owner": insider, "team": elsewhere}
    firm, secret = make_account("Vela", **here, city="Kiel"), make_account("Nemesis", **there)
    anna = make_contact(
        "Anna Ahlers",
        **here,
        account=firm,
        emails=["anna@vela.example"],
        phones=["+49 40 1112223"],
        job_title="Buyer",
    )
    bert = make_contact("Bert Boll", **here, city="Kiel", tags=["fair"])
    other = make_contact(
        "Zebulon Quist", **there, account=secret, emails=["zebulon@hidden.example"], tags=["fair"]
    )
    twin = make_contact("Anna Ahlers", **there, emails=["anna@vela.example"], phones=["+49 30 777555333"])
    tasks = [
        make_activity(mate, actor=mate.actor(), contact=anna, subject="Send the offer", plan_on=NOW.date()),
        make_call(mate, bert, body="Spoke of the fair."),
    ]
    hidden = [
        make_activity(insider, actor=insider.actor(), contact=other, subject="Quixote", plan_on=NOW.date()),
        make_activity(mate, actor=mate.actor(), contact=anna, subject="Vexatious", is_private=True),
    ]
    deals = [
        make_opportunity("Cold chain", **here, account=firm, stage="proposal", amount=777),
        make_opportunity("Nemesis deal", **there, account=firm, amount=500),
    ]
    clock(timedelta(days=40))
    near = {"contact": [anna.pk, bert.pk], "account": [firm.pk], "activity": [one.pk for one in tasks]}
    far = {"contact": [other.pk, twin.pk], "account": [secret.pk], "activity": [one.pk for one in hidden]}
    near["opportunity"], far["opportunity"] = [deals[0].pk], [deals[1].pk]
    for kind in PAPERS:
        near[kind] = [make_paper(kind, firm, number=f"{kind}-1", **PAPER).pk]
        far[kind] = [make_paper(kind, secret, number=f"{kind}-777", **PAPER).pk]
    return World(spy, insider, near, far)


def change_what_is_hidden(world: World) -> None:
    """Everything that the spy may not see becomes something else."""
    insider = world.insider
    actor = insider.actor()
    first, twin = world.far["contact"]
    save(
        CONTACT,
        actor=actor,
        wish=Wish({"last_name": "Quixote", "emails": [{"address": "q@hidden.example"}]}, first),
    )
    save(CONTACT, actor=actor, wish=Wish({"last_name": "Ahlerz"}, twin))
    save(ACCOUNT, actor=actor, wish=Wish({"name": "Nemesis and Sons"}, world.far["account"][0]))
    there = {"owner": insider, "team": insider.team}
    more = [make_contact("Zebulon Quist", **there, city="Kiel", tags=["fair"]) for _ in range(3)]
    merge.merge(CONTACT, actor=actor, keep_id=more[0].pk, lose_id=more[1].pk, chosen={})
    life.delete(CONTACT, actor=actor, record_id=more[2].pk)
    make_account("Vela", **there)
    wish = Wish(
        {"name": "Zebulon deal", "stage": "negotiation", "amount": "9000"}, world.far["opportunity"][0]
    )
    save(OPPORTUNITY, actor=actor, wish=wish)
    make_opportunity("Quixote deal", **there, stage="closed_won", amount=4000)
    Opportunity.objects.filter(pk=world.near["opportunity"][0]).update(
        amount=money(888), value=888, weighted=444
    )
    for kind in PAPERS:
        hers = Account.objects.get(pk=world.far["account"][0])
        make_paper(kind, hers, number=f"{kind}-778", **PAPER)
        make_paper(kind, customer_number="K-none", customer_name="Zebulon", number=f"{kind}-779", **PAPER)
    save(ACTIVITY, actor=actor, wish=Wish({"subject": "Zebulon again"}, world.far["activity"][0]))
    make_activity(insider, actor=actor, contact=more[0], subject="Nemesis", plan_on=NOW.date())
    save_list(actor=actor, wish=ListWish(kind="contact", name="Zebulon's", query="q=Zebulon", share="me"))
    # Kept from the spy on a record in front of them. Written past the versions: that there was a change may be seen.
    Contact.objects.filter(pk=world.near["contact"][0]).update(
        phones=[{"raw": "030 777555333", "e164": "+4930777555333", "label": "work"}],
        phone="+4930777555333",
        job_title="Head of Quixote",
    )
    search.index(Contact.objects.filter(pk=world.near["contact"][0]))


def addresses(world: World) -> Iterator[str]:
    """Everything that can be asked for by GET, with ids in front of the spy, hidden ones and ones that do not exist."""
    yield from places(world)
    yield from searches()
    yield from lists(world)


def places(world: World) -> Iterator[str]:
    """Every route."""
    for address, pattern in routes():
        known = getattr(pattern.callback, "keen_methods", ("GET",))
        if (
            "GET" in known
            and not address.startswith(("api/", "account/", "static/"))
            and pattern.name != "ui"
        ):
            yield from _filled(f"/{address}", world)


def searches() -> Iterator[str]:
    """Words, where words can be looked for."""
    words = [*CANARIES, "Anna", "Ahlers", "Kiel", "fair", "Vela", "777555333", "Send"]
    for word in words:
        yield f"/search/?q={quote(word)}"
        yield f"/search/palette/?q={quote(word)}"
        for kind in (one.kind for one in declare.types()):
            yield f"/search/link/{kind}/?q={quote(word)}"
            yield f"/{declare.get(kind).path}/?q={quote(word)}"
        for name in ("first_name", "last_name", "emails", "phones"):
            yield f"/contacts/duplicates/check/?{urlencode({name: word})}"


def lists(world: World) -> Iterator[str]:
    """Every list by every field, and what goes out of it."""
    for record_type in declare.types():
        at = f"/{record_type.path}/"
        for place, declared in enumerate(record_type.fields):
            ways = (
                f"{at}?sort=-{declared.name}&cols={declared.name}",
                f"{at}?{declared.name}.contains=Quixote",
                f"{at}?{declared.name}.filled=1",
                f"{at}?sort={declared.name}",
                f"{at}?{declared.name}.contains=777",
            )
            yield from ways if world.thorough else (ways[place % 5], ways[(place + 2) % 5])
        yield f"{at}export/"
        yield f"{at}export/?format=csv"
        yield f"{at}trash/"


def _filled(address: str, world: World) -> Iterator[str]:
    kind = next((known.kind for known in declare.types() if address.startswith(f"/{known.path}/")), "")
    wanted = re.findall(r"<[^>]+>", address)
    if not wanted:
        yield address
        return
    kinds = (
        [kind]
        if kind
        else [known.kind for known in declare.types()]
        if "<slug:kind>" in wanted
        else ["contact"]
    )
    for one in kinds:
        for pk in (*world.near.get(one, ()), *world.far.get(one, ()), 987_654):
            yield re.sub(r"<[^>]+>", lambda found: _fill(found[0], one, pk), address)  # noqa: B023  called at once


def _fill(part: str, kind: str, pk: int) -> str:
    said = part.strip("<>")
    if said.startswith("int:"):
        return str(pk)
    known = {
        "slug:kind": kind,
        "slug:name": "last_name",
        "slug:code": declare.get(kind).code,
        "str:when": "tomorrow",
        "str:key": "proposal",
    }
    return known.get(said, "00000000-0000-0000-0000-000000000000" if said.startswith("uuid:") else "x")


def programs(world: World) -> Iterator[tuple[str, str, Any]]:
    """What a program of the spy's asks."""
    for record_type in declare.types():
        plural = record_type.path
        yield "GET", f"{plural}?total=true&limit=100", None
        for place, declared in enumerate(record_type.fields):
            ways = (
                f"{plural}?sort={declared.name}&total=true",
                f"{plural}?fields={declared.name}",
                f"{plural}?filter[{declared.name}][contains]=Zebulon&total=true",
                f"{plural}?filter[{declared.name}][is]=777",
            )
            for way in ways if world.thorough else (ways[place % 4],):
                yield "GET", way, None
        for pk in (*world.near.get(record_type.kind, ()), *world.far.get(record_type.kind, ()), 987_654):
            yield "GET", f"{plural}/{pk}", None
        for word in CANARIES:
            yield "GET", f"{plural}?q={quote(word)}&total=true", None
            yield "GET", f"{plural}/by/email/{quote(word)}", None
            yield "GET", f"{plural}/by/external_id/{quote(word)}", None
    yield "GET", "me", None
    yield "GET", "openapi.json", None


def seen(world: World, client: Client, program: Program) -> dict[str, str]:
    """Every answer, without what differs each time."""
    found = {at: told(client.get(at)) for at in dict.fromkeys(addresses(world))}
    return found | {
        f"{method} {at}": told(program.ask(method, at, body)) for method, at, body in programs(world)
    }


def told(answer: Any) -> str:
    """Status, headers and body."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if "spreadsheet" in answer.get("Content-Type", ""):
        body = b""  # a workbook holds the time at which it was made; the same rows go out as CSV
    text = re.sub(
        r'(name="csrfmiddlewaretoken" value|data-csrf)="[^"]*"|"csrf": "[^"]*"',
        "",
        body.decode("utf-8", "replace"),
    )
    text = re.sub(r'X-CSRFToken": "[^"]*"', "", text)
    text = re.sub(r'nonce-[^\'"]*|name="_(once|draft)" value="[^"]*"', "", text)
    headers = {
        name: answer[name] for name in ("Location", "ETag", "Link", "Content-Type") if answer.has_header(name)
    }
    return f"{answer.status_code} {headers}\n{text}"


def difference(one: str, other: str, at: str) -> str:
    """The first lines that differ, for whoever has to mend it."""
    lines = [
        line
        for line in unified_diff(one.splitlines(), other.splitlines(), n=0, lineterm="")
        if line[:2] not in {"--", "++", "@@"}
    ]
    return f"{at}: " + " | ".join(line[:200] for line in lines[:4])


@pytest.mark.parametrize(
    "thorough", [pytest.param(False, marks=pytest.mark.sqlite), pytest.param(True, marks=pytest.mark.long)]
)
def test_nothing_that_is_hidden_shows_in_any_answer(
    world: World, clock: Callable[[timedelta], None], thorough: bool
) -> None:
    world.thorough = thorough
    client, program = Client(raise_request_exception=False), Program(make_token(world.spy))
    client.force_login(world.spy)
    for at in places(world):
        client.get(at)  # what is opened is remembered: the look that counts starts from there
    before = seen(world, client, program)

    change_what_is_hidden(world)

    after = seen(world, client, program)
    differing = [at for at in before if before[at] != after[at] and at not in OWN]
    broken = [
        f"{at}: {answer[:200]}" for at, answer in after.items() if answer[:1] == "5" and at != "/healthz"
    ]
    leaking = [
        at
        for at, answer in after.items()
        if any(
            word in answer.replace(at, "").replace(quote(word), "")
            for word in ("Head of Quixote", "q@hidden")
        )
    ]
    assert len(before) > 500
    assert (broken, leaking) == ([], [])
    assert [difference(before[at], after[at], at) for at in differing] == []


def test_the_drill_sees_what_is_not_hidden(world: World) -> None:
    client, program = Client(raise_request_exception=False), Program(make_token(world.spy))
    client.force_login(world.spy)
    doors = [
        "/contacts/",
        "/search/?q=Anna",
        "/contacts/export/?format=csv",
        f"/contacts/{world.near['contact'][0]}/",
    ]
    before = [told(client.get(at)) for at in doors] + [told(program.get("contacts?total=true"))]

    mate = Contact.objects.get(pk=world.near["contact"][0]).owner
    save(CONTACT, actor=mate.actor(), wish=Wish({"last_name": "Ahlmann"}, world.near["contact"][0]))

    after = [told(client.get(at)) for at in doors] + [told(program.get("contacts?total=true"))]
    assert [one == other for one, other in zip(before, after, strict=True)] == [False] * 5


def test_a_kind_that_is_closed_is_named_on_no_record_that_leads_to_it(world: World) -> None:
    firm = Account.objects.get(pk=world.near["account"][0])
    save(ACCOUNT, actor=world.insider.actor(), wish=Wish({"name": "Nemesis"}, firm.pk))
    grants = {one.kind: GRANTS for one in declare.types() if one.kind != "account"}
    spy = make_user(make_role("closed", records=grants), firm.team, name="Shut")
    client, program = (
        Client(raise_request_exception=False),
        Program(make_token(spy, contact="write", order="read")),
    )
    client.force_login(spy)

    asked = [*places(world), "/contacts/export/?format=csv", "/contacts/?grid=1"]
    of_anna = f"contacts/{world.near['contact'][0]}?include=account"
    answers = {at: told(client.get(at)) for at in dict.fromkeys(asked)}
    answers |= {at: told(program.get(at)) for at in ("contacts", "orders", of_anna)}

    assert [at for at, text in answers.items() if "Nemesis" in text] == []
    assert "Anna Ahlers" in answers["/contacts/"]
    assert "Anna" not in told(client.get("/search/?q=Nemesis"))
    refused = program.get("contacts?sort=account"), program.get("contacts?filter[account][is]=1")
    assert [answer.status_code for answer in refused] == [400, 400]
    client.force_login(firm.owner)
    assert "Nemesis" in told(client.get("/contacts/"))
