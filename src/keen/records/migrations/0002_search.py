"""The full-text structures behind the one search. What is in them: keen.records.domain.findable."""

from django.db import migrations

MAKE = {
    "sqlite": (
        # No content and no positions: rows are read from records_searchentry, tokens are only looked up.
        "CREATE VIRTUAL TABLE records_searchtokens USING fts5("
        "tokens, content='', contentless_delete=1, detail='none', tokenize=\"ascii tokenchars '_'\")",
        "CREATE TRIGGER records_searchentry_gone AFTER DELETE ON records_searchentry"
        " BEGIN DELETE FROM records_searchtokens WHERE rowid = old.id; END",
    ),
    "postgresql": (
        "ALTER TABLE records_searchentry ADD COLUMN tokens tsvector",
        # What waits to be merged into the index is read by every search, so little may wait.
        "CREATE INDEX records_search_tokens ON records_searchentry USING gin (tokens)"
        " WITH (fastupdate = on, gin_pending_list_limit = 512)",
    ),
}
UNDO = {
    "sqlite": ("DROP TRIGGER records_searchentry_gone", "DROP TABLE records_searchtokens"),
    "postgresql": ("DROP INDEX records_search_tokens", "ALTER TABLE records_searchentry DROP COLUMN tokens"),
}


def make(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def undo(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(make, undo)]
