from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path, re_path

from keen.core.views import (
    accounts,
    calendar_file,
    calendars,
    health,
    home,
    invitations,
    jobs,
    people,
    phone,
    settings,
    teams,
    tokens,
)

# The pages of allauth that are open, one by one: sign-up, own change of address and codes by mail are not.
ACCOUNT: list[URLPattern | URLResolver] = [
    path("login/", accounts.sign_in, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", include("allauth.mfa.urls")),
]
PEOPLE = [
    path("people/", people.person_list, name="person-list"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/many/", people.person_many, name="person-many"),
    path("people/invite/", invitations.invite, name="invite"),
    path(
        "people/invitations/<int:invitation_id>/renew/", invitations.invitation_renew, name="invitation-renew"
    ),
    path(
        "people/invitations/<int:invitation_id>/revoke/",
        invitations.invitation_revoke,
        name="invitation-revoke",
    ),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/deactivate/", people.person_deactivate, name="person-deactivate"),
    path("people/<int:user_id>/reactivate/", people.person_reactivate, name="person-reactivate"),
    path("people/<int:user_id>/act-as/", accounts.act_as_start, name="act-as"),
    path("teams/", teams.team_list, name="team-list"),
    path("teams/<int:team_id>/", teams.team, name="team"),
    path("teams/<int:team_id>/remove/", teams.team_remove, name="team-remove"),
    path("roles/", teams.role_list, name="role-list"),
    path("roles/new/", teams.role_new, name="role-new"),
    path("roles/<int:role_id>/", teams.role, name="role"),
    path("roles/<int:role_id>/remove/", teams.role_remove, name="role-remove"),
]
urlpatterns = [
    path("account/", include(ACCOUNT)),
    path("settings/", include(PEOPLE)),
    path("settings/", settings.settings, name="settings"),
    path("settings/calendar/", calendars.calendar, name="calendar"),
    path("settings/calendar/file/", calendar_file.calendar_from_file, name="calendar-file"),
    path("settings/calendar/absences/", calendars.absence_list, name="absence-list"),
    path("settings/calendar/team/", calendars.team_calendar, name="team-calendar"),
    path("settings/calendar/company/", calendars.company_calendar, name="company-calendar"),
    path(
        "settings/calendar/company/<int:day_off_id>/remove/", calendars.day_off_remove, name="day-off-remove"
    ),
    path("settings/calendar/away/<int:absence_id>/remove/", calendars.away_remove, name="away-remove"),
    path("settings/calendar/<int:user_id>/", calendars.calendar, name="calendar-of"),
    path("settings/theme/", settings.theme, name="settings-theme"),
    path("settings/sessions/end/", settings.sessions_end, name="sessions-end"),
    path("settings/tokens/", tokens.token_list, name="token-list"),
    path("settings/tokens/<int:token_id>/revoke/", tokens.token_revoke, name="token-revoke"),
    path("me/changes/", settings.changes, name="changes"),
    path("act-as/stop/", accounts.act_as_stop, name="act-as-stop"),
    path("demo/enter", accounts.demo_enter, name="demo-enter"),
    path("join/<str:token>/", accounts.join, name="join"),
    path("join/<str:token>/ask/", accounts.join_ask, name="join-ask"),
    path("notices/", home.notices, name="notices"),
    path("notices/read/", home.notices_read, name="notices-read"),
    path("help/", home.help_page, name="help"),
    path("help/<slug:topic>/", home.guide_page, name="guide"),
    path("ui/", home.components, name="ui"),
    path("privacy/", home.privacy, name="privacy"),
    path("here/", phone.here, name="here"),
    path("offline/", phone.offline, name="offline"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("sw.js", phone.service_worker, name="service-worker"),
    path("healthz", health.healthz, name="healthz"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<uuid:task_id>/discard/", jobs.job_discard, name="job-discard"),
    path("jobs/<uuid:task_id>/retry/", jobs.job_retry, name="job-retry"),
    path("jobs/retry-all/", jobs.job_retry_all, name="job-retry-all"),
]
