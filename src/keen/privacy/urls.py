"""Addresses of personal data."""

from django.urls import path

from keen.privacy.views import contacts, settings

urlpatterns = [
    path("privacy/contact/<int:contact_id>/", contacts.personal, name="privacy-contact"),
    path("privacy/contact/<int:contact_id>/consent/", contacts.consent, name="privacy-consent"),
    path("privacy/contact/<int:contact_id>/asked/", contacts.asked, name="privacy-asked"),
    path("privacy/contact/<int:contact_id>/file/", contacts.handed_out, name="privacy-file"),
    path("privacy/contact/<int:contact_id>/erase/", contacts.erased, name="privacy-erase"),
    path("privacy/contact/<int:contact_id>/<slug:what>/set/", contacts.frozen, name="privacy-freeze"),
    path("privacy/contact/<int:contact_id>/<slug:what>/lift/", contacts.lifted, name="privacy-lift"),
    path("privacy/<slug:kind>/<int:record_id>/gone/", contacts.stand_in, name="privacy-stand-in"),
    path("settings/privacy/", settings.privacy, name="privacy-house"),
    path("settings/privacy/requests/<int:request_id>/answer/", settings.answered, name="privacy-answer"),
    path("settings/privacy/rules/<int:rule_id>/", settings.rule, name="privacy-rule"),
    path("settings/privacy/rules/<int:rule_id>/switch/", settings.rule_switch, name="privacy-rule-switch"),
    path("settings/privacy/former/<int:user_id>/", settings.former, name="privacy-former"),
    path("settings/me/data/", settings.own_data, name="own-data"),
]
