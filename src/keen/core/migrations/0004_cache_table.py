from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    """Where counts of failed tries are kept, shared by all processes."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("core", "0003_user_pins")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop, elidable=False)]
