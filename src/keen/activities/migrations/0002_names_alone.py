"""Takes addresses and numbers of people without a name out of what stands beside links to them."""

from typing import Any

from django.db import migrations

NAMELESS = "Somebody without a name"
BATCH = 500


def name_them(apps: Any, schema_editor: Any) -> None:
    """Such activities are not found by the address any more; the search learns their new title with their next change."""
    contact, activity, entry = (
        apps.get_model(*model)
        for model in (("people", "Contact"), ("activities", "Activity"), ("records", "SearchEntry"))
    )
    database = schema_editor.connection.alias
    ids = list(
        contact.objects.using(database).filter(first_name="", last_name="").values_list("pk", flat=True)
    )
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        contact.objects.using(database).filter(reports_to_id__in=some).update(reports_to_name=NAMELESS)
        shown = activity.objects.using(database).filter(contact_id__in=some).exclude(contact_name=NAMELESS)
        found = list(shown.values_list("pk", flat=True))
        for at in range(0, len(found), BATCH):
            entry.objects.using(database).filter(
                record_kind="activity", record_id__in=found[at : at + BATCH]
            ).delete()
        shown.update(contact_name=NAMELESS)


class Migration(migrations.Migration):
    dependencies = (
        ("activities", "0001_initial"),
        ("people", "0002_null_order"),
        ("records", "0003_import"),
    )
    operations = (migrations.RunPython(name_them, migrations.RunPython.noop, elidable=True),)
