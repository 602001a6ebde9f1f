from django.urls import path

from keen.processes.views import automations, complexity, writing

urlpatterns = [
    path("settings/simplicity/", complexity.complexity, name="complexity"),
    path("settings/simplicity/cut/", complexity.complexity_cut, name="complexity-cut"),
    path("settings/automations/", automations.automation_list, name="automation-list"),
    path("settings/automations/new/", writing.automation_new, name="automation-new"),
    path("settings/automations/<int:automation_id>/", automations.automation, name="automation"),
    path("settings/automations/<int:automation_id>/edit/", writing.automation_edit, name="automation-edit"),
    path(
        "settings/automations/<int:automation_id>/state/",
        automations.automation_state,
        name="automation-state",
    ),
    path(
        "settings/automations/<int:automation_id>/back/", automations.automation_back, name="automation-back"
    ),
    path(
        "settings/automations/<int:automation_id>/archive/",
        automations.automation_archive,
        name="automation-archive",
    ),
    path(
        "settings/automations/<int:automation_id>/runs/<int:run_id>/undo/",
        automations.run_undo,
        name="automation-run-undo",
    ),
]
