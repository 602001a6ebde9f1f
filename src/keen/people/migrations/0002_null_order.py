"""Indexes in the order in which lists put what is empty: first upwards, last downwards, as SQLite does by itself."""

from django.db import migrations

COLUMNS = "id, team_id, owner_id, deleted_at"
INDEXES = {"account_by_contact": "people_account", "contact_by_contact": "people_contact"}


def nulls_first(apps, schema_editor):
    make(schema_editor, "ASC NULLS FIRST")


def as_usual(apps, schema_editor):
    make(schema_editor, "ASC")


def make(schema_editor, order):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, table in INDEXES.items():
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")
        schema_editor.execute(
            f"CREATE INDEX {name} ON {table} (last_contact_at {order}, {COLUMNS}) WHERE deleted_at IS NULL"
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(nulls_first, as_usual)]
