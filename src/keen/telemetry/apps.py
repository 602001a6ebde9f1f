from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "keen.telemetry"
