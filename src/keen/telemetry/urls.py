"""Addresses of what is recorded about use."""

from django.urls import path

from keen.telemetry.views import beacon, level, own

urlpatterns = [
    path("usage/", beacon.usage, name="usage"),
    path("usage/stuck/", beacon.stuck, name="usage-stuck"),
    path("me/usage/", own.mine, name="usage-mine"),
    path("me/usage/export/", own.export, name="usage-export"),
    path("me/usage/erase/", own.erase, name="usage-erase"),
    path("settings/usage/", level.level, name="usage-level"),
    path("settings/usage/<int:change_id>/answer/", level.answer, name="usage-answer"),
    path("settings/usage/<int:change_id>/withdraw/", level.withdraw, name="usage-withdraw"),
    path("settings/usage/keys/<int:key_id>/destroy/", level.key_destroy, name="usage-key-destroy"),
]
