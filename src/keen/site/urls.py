"""Every address of Keen."""

from django.urls import include, path

urlpatterns = [
    path("", include("keen.core.urls")),
    path("", include("keen.telemetry.urls")),
    path("", include("keen.records.urls")),
    path("", include("keen.people.urls")),
    path("", include("keen.activities.urls")),
    path("", include("keen.integrations.urls")),
]

handler400 = "keen.core.views.errors.bad_request"
handler403 = "keen.core.views.errors.forbidden"
handler404 = "keen.core.views.errors.not_found"
handler500 = "keen.core.views.errors.broken"
