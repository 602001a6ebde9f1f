from django.apps import AppConfig
from django.core.checks import register


class CoreConfig(AppConfig):
    name = "keen.core"

    def ready(self) -> None:
        """Refuse to start with a route that nobody decided about."""
        from keen.core.access import check_routes  # noqa: PLC0415  needs the loaded apps

        register(check_routes)
