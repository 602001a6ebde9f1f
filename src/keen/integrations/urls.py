from django.urls import path

from keen.integrations import views

urlpatterns = [
    path("settings/webhooks/", views.webhook_list, name="webhook-list"),
    path("settings/webhooks/new/", views.webhook_new, name="webhook-new"),
    path("settings/webhooks/<int:endpoint_id>/", views.webhook, name="webhook"),
    path("settings/webhooks/<int:endpoint_id>/edit/", views.webhook_edit, name="webhook-edit"),
    path("settings/webhooks/<int:endpoint_id>/test/", views.webhook_test, name="webhook-test"),
    path("settings/webhooks/<int:endpoint_id>/state/", views.webhook_state, name="webhook-state"),
    path("settings/webhooks/<int:endpoint_id>/secret/", views.webhook_secret, name="webhook-secret"),
    path(
        "settings/webhooks/<int:endpoint_id>/secret/end/", views.webhook_secret_end, name="webhook-secret-end"
    ),
    path("settings/webhooks/<int:endpoint_id>/again/", views.webhook_again, name="webhook-again"),
    path("settings/webhooks/<int:endpoint_id>/delete/", views.webhook_delete, name="webhook-delete"),
    path("settings/webhooks/sent/<int:delivery_id>/", views.webhook_sent, name="webhook-sent"),
    path(
        "settings/webhooks/sent/<int:delivery_id>/again/", views.webhook_sent_again, name="webhook-sent-again"
    ),
]
