from django.db import migrations

# The order of the queue's own index is by priority, so "is anything due" would read every task that waits for a retry.
# A later version of django_tasks_db that rebuilds its table on SQLite drops this; a test of the plan would tell.
MAKE = (
    "CREATE INDEX IF NOT EXISTS core_tasks_due ON django_tasks_database_dbtaskresult (queue_name, run_after)"
    " WHERE status = 'READY'"
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_cache_table"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunSQL(MAKE, "DROP INDEX IF EXISTS core_tasks_due")]
