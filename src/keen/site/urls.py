"""Every address of Keen."""

from django.urls import include, path

from keen.site import views

urlpatterns = [
    path("", include("keen.core.urls")),
    path("", include("keen.telemetry.urls")),
    path("", include("keen.orders.urls")),
    path("", include("keen.records.urls")),
    path("", include("keen.people.urls")),
    path("", include("keen.activities.urls")),
    path("", include("keen.privacy.urls")),
    path("", include("keen.sales.urls")),
    path("", include("keen.integrations.urls")),
    path("", include("keen.processes.urls")),
    path("", include("keen.adoption.urls")),
    path("settings/backups/", views.backups, name="backups"),
    path("settings/backups/now/", views.backup_now, name="backup-now"),
    path("settings/backups/export/", views.export_now, name="export-now"),
    path("settings/backups/export/<str:name>", views.export_file, name="export-file"),
    path("settings/jobs/resume/", views.resume, name="job-resume"),
]

handler400 = "keen.core.views.errors.bad_request"
handler403 = "keen.core.views.errors.forbidden"
handler404 = "keen.core.views.errors.not_found"
handler500 = "keen.core.views.errors.broken"
