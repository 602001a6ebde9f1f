"""Web forms: what visitors send becomes one lead for whoever's turn it is, and what looks like spam waits."""

from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.utils import timezone

from keen.core.domain.receipts import Receipt
from keen.core.models import Notice, Operation
from keen.lib.errors import ForbiddenError, NotVisibleError
from keen.sales.actions import entries
from keen.sales.models import FormEntry, Lead, WebForm
from keen.sales.queries.leads import told
from tests.factories.core import make_user
from tests.factories.records import undo
from tests.factories.sales import make_form
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db
SALT = "keen.sales.web-form"
JANA = {"first_name": "Jana", "last_name": "Roth", "emails": "jana@nord.example", "company": "Nord"}


@pytest.fixture
def form(team: Any) -> WebForm:
    return make_form(team=team, promised_hours=24, consent_text="You may write to me about offers.")


def stamp(form: WebForm, mark: str = "m1", age: float = 20) -> str:
    return signing.dumps([form.key, mark, timezone.now().timestamp() - age, form.consent_text], salt=SALT)


def send(
    form: WebForm, *, mark: str = "m1", age: float = 20, client: Client | None = None, **values: str
) -> Any:
    posted = {**JANA, "stamp": stamp(form, mark, age), **values}
    return (client or Client(enforce_csrf_checks=True)).post(f"/f/{form.key}/", posted)


def test_what_a_visitor_sends_is_one_lead_of_the_team_with_its_promise(form: WebForm, owner: Any) -> None:
    page = Client().get(f"/f/{form.key}/")
    assert page.status_code == 200
    assert not page.cookies
    assert b"<script" not in page.content

    first, again = send(form, consent="on"), send(form, consent="on")

    assert [one.status_code for one in (first, again)] == [303, 303]
    assert form.thanks in Client().get(first["Location"]).content.decode()
    lead = Lead.objects.get()
    assert (lead.title, lead.company, lead.email, lead.source) == (
        "Jana Roth",
        "Nord",
        "jana@nord.example",
        "Form: Contact us",
    )
    assert (lead.owner, lead.team) == (owner, form.team)
    assert lead.promised_at
    assert lead.first_touch_at is None
    entry = FormEntry.objects.get()
    assert (entry.lead, entry.consented, entry.wording, entry.values) == (lead, True, form.consent_text, {})


def test_its_owner_is_told_and_nobody_who_may_not_see_it(form: WebForm, owner: Any, stranger: Any) -> None:
    send(form)
    notice = Notice.objects.get(kind="lead")
    assert notice.user == owner
    assert "Roth" not in notice.text + notice.detail
    assert told(owner.actor(), [notice])[notice.pk][0] == "A lead came by the form Contact us: Jana Roth"
    assert told(stranger.actor(), [notice])[notice.pk] == ("A lead came that you can no longer see", "", "")


def test_turns_go_round_the_team(form: WebForm, owner: Any) -> None:
    second = make_user("sales_rep", owner.team)
    make_user("reader", owner.team)
    for mark in ("a", "b", "c"):
        send(form, mark=mark, last_name=mark)
    assert list(Lead.objects.order_by("pk").values_list("owner", flat=True)) == [
        owner.pk,
        second.pk,
        owner.pk,
    ]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"fax_number": "123"}, "Filled in a field that people do not see"),
        ({"age": 1}, "Was sent within moments"),
        ({"description": "http://a http://b http://c"}, "Holds 3 links"),
    ],
)
def test_what_looks_like_spam_is_thanked_and_waits(form: WebForm, wrong: Any, why: str) -> None:
    answer = send(form, **wrong)
    assert answer.status_code == 303
    assert not Lead.objects.exists()
    assert FormEntry.objects.get().why == [why]


@pytest.mark.parametrize("bad", ["", "forged", "other", "old"])
def test_a_stamp_that_is_not_ours_or_old_asks_to_send_again_and_keeps_what_was_typed(
    form: WebForm, bad: str
) -> None:
    other = make_form()
    stamps = {"other": stamp(other), "old": stamp(form, age=90_000)}
    answer = send(form, stamp=stamps.get(bad, bad))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "please send it again" in page
    assert 'value="jana@nord.example"' in page
    assert not FormEntry.objects.exists()


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(form: WebForm) -> None:
    answer = send(form, emails="not an address", description="<script>alert(1)</script> é\x00")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert "not an address" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    missing = send(form, last_name="  ").content.decode()
    assert "Please fill in: last name." in missing
    assert not FormEntry.objects.exists()


def test_only_the_named_sites_may_frame_it(form: WebForm) -> None:
    def ancestors(path: str) -> str:
        policy = Client().get(path)["Content-Security-Policy"]
        return next(part.strip() for part in policy.split(";") if "frame-ancestors" in part)

    at = f"/f/{form.key}/"
    assert ancestors(at) == "frame-ancestors 'none'"
    WebForm.objects.update(sites=["https://www.nord.example"])
    assert ancestors(at) == "frame-ancestors https://www.nord.example"
    assert ancestors(f"{at}?sent=1") == "frame-ancestors https://www.nord.example"
    assert ancestors("/account/login/") == "frame-ancestors 'none'"


def test_one_address_sends_only_so_often(form: WebForm, monkeypatch: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(settings.KEEN, "forms_per_minute", 2)
    monkeypatch.setattr(settings.KEEN, "data", tmp_path)
    codes = [send(form, mark=str(n)).status_code for n in range(3)]
    assert codes == [303, 303, 429]
    assert Lead.objects.count() == 2


def test_a_closed_form_is_not_there(form: WebForm) -> None:
    WebForm.objects.update(archived_at=timezone.now())
    assert Client().get(f"/f/{form.key}/").status_code == 404
    assert send(form).status_code == 404


def test_what_was_kept_back_is_decided_and_taken_back(
    form: WebForm, client: Client, admin: Any, owner: Any
) -> None:
    send(form, fax_number="1", description="<b>Hello</b>")
    entry = FormEntry.objects.get()
    client.force_login(admin)
    page = client.get("/settings/forms/spam/").content.decode()
    assert "&lt;b&gt;Hello" in page
    assert "<b>Hello" not in page

    said = "Jana Roth is a lead now."
    assert_receipt(client.post(f"/settings/forms/spam/{entry.pk}/lead/"), undo=True, says=said)
    assert Lead.objects.get().owner in {owner, admin}
    assert client.post(f"/settings/forms/spam/{entry.pk}/lead/").status_code == 404

    entry.refresh_from_db()
    undo(admin, receipt_of(admin))
    entry.refresh_from_db()
    assert (entry.state, Lead.objects.living().count()) == ("spam", 0)
    assert_receipt(client.post(f"/settings/forms/spam/{entry.pk}/drop/"), undo=True)


def receipt_of(user: Any) -> Any:
    rows = Operation.objects.filter(actor=user, undo_until__isnull=False)
    return Receipt.from_json(rows.latest("at").receipt)


def test_who_may_not_set_up_forms_decides_nothing(form: WebForm, client: Client, owner: Any) -> None:
    send(form, fax_number="1")
    entry = FormEntry.objects.get()
    with pytest.raises(ForbiddenError):
        entries.accept(actor=owner.actor(), entry_id=entry.pk)
    with pytest.raises(ForbiddenError):
        entries.drop(actor=owner.actor(), entry_id=entry.pk)
    client.force_login(owner)
    assert client.get("/settings/forms/").status_code == 403
    with pytest.raises(NotVisibleError):
        entries.drop(actor=make_user("administrator", owner.team).actor(), entry_id=0)


def test_a_yes_is_kept_with_the_words_that_were_shown(form: WebForm) -> None:
    shown, words = stamp(form), form.consent_text
    form.consent_text = "You may call me at night."
    form.save()

    mended = send(form, stamp=shown, consent="on", last_name="")
    assert words in mended.content.decode()
    send(form, stamp=shown, consent="on")
    late = signing.dumps([form.key, "m2", timezone.now().timestamp() - 90_000, words], salt=SALT)
    again = send(form, stamp=late, consent="on").content.decode()

    assert FormEntry.objects.get().wording == words
    assert form.consent_text in again
    assert "checked" not in again


def test_what_is_kept_back_takes_little_room(form: WebForm) -> None:
    send(form, fax_number="x", emails="a" * 40_000, description="b" * 40_000)
    kept = FormEntry.objects.get(state="spam")
    assert len(str(kept.values)) < 11_000
