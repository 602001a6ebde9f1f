"""Whether this installation works: asked by whatever watches it, often and by anybody."""

import pkgutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now

from keen.core.models.jobs import Worker
from keen.core.wiring import wired

SILENCE = timedelta(seconds=60)
_settled: set[str] = set()


@dataclass(frozen=True, slots=True)
class Health:
    """Each part in a word: "ok", or what is wrong with it. Nothing in it is secret."""

    database: str = "ok"
    migrations: str = "ok"
    worker: str = "ok"

    @property
    def ok(self) -> bool:
        """Whether every part is."""
        return set(asdict(self).values()) == {"ok"}


@dataclass(frozen=True, slots=True)
class Vital:
    """How a part is without which Keen still answers: in a word for machines, in a sentence for people.

    Shape: `state` is "ok", or what is wrong in a few words, without anything secret.
    """

    name: str
    title: str
    state: str
    words: str


def vitals() -> list[Vital]:
    """How every part is that the packages watch, as far as that is known without the database.

    Cost: no queries.
    """
    return [ask() for ask in wired().vitals]


def all_vitals() -> list[Vital]:
    """How every part is that the packages watch.

    Cost: what each of them says of itself.
    """
    return [*vitals(), *(ask() for ask in wired().slow_vitals)]


def health() -> Health:
    """The state of the installation now.

    Cost: 1 query; more until all migrations were once seen applied by this process.
    """
    try:
        migrations = _migrations()
        alive = Worker.objects.filter(seen_at__gt=Now() - SILENCE).exists() if migrations == "ok" else False
    except Error:
        return Health(database="does not answer", migrations="not known", worker="not known")
    return Health(migrations=migrations, worker="ok" if alive else "silent")


def pending_migrations() -> list[str]:
    """The migrations on disk that the database has not had, as "app.name", sorted.

    Cost: 2 queries. Migrations are listed, not loaded: that would cost each web process several megabytes.
    """
    applied = set(MigrationRecorder(connection).applied_migrations())
    return sorted(f"{app}.{name}" for app, name in _on_disk() if (app, name) not in applied)


def _migrations() -> str:
    database = str(connection.settings_dict["NAME"])
    if database not in _settled:
        if pending := pending_migrations():
            return f"{len(pending)} not applied"
        _settled.add(database)
    return "ok"


def _on_disk() -> Iterator[tuple[str, str]]:
    for config in apps.get_app_configs():
        module = settings.MIGRATION_MODULES.get(config.label, f"{config.name}.migrations")
        spec = find_spec(module) if module else None
        for found in pkgutil.iter_modules(spec.submodule_search_locations if spec else []):
            if found.name[0] not in "_~":
                yield config.label, found.name
