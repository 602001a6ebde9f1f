from django.urls import path

from keen.core.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
]
