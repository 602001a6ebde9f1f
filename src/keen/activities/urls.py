"""Addresses of Today, of activities and of timelines."""

from django.urls import path

from keen.activities.records import ACTIVITY
from keen.activities.views import brief as briefs
from keen.activities.views import calls, day, deeds, kept, plan, quick, timeline, verdicts
from keen.records.pages.routes import record_routes

urlpatterns = [
    path("", day.today, name="today"),
    path("today/day/", day.today_day, name="today-day"),
    path("today/around/", day.today_around, name="today-around"),
    path("today/<slug:kind>/<int:record_id>/not-useful/", verdicts.today_not_useful, name="today-not-useful"),
    path("settings/today/", verdicts.today_settings, name="today-settings"),
    path("settings/today/again/", verdicts.today_count_again, name="today-count-again"),
    path("brief/<slug:kind>/<int:record_id>/", briefs.brief, name="brief"),
    path("notes/quick/", day.quick_note, name="quick-note"),
    path("kept/", kept.kept, name="kept"),
    path("quick/", quick.quick, name="quick"),
    path("calls/log/", deeds.call_log, name="call-log"),
    path("calls/new/", calls.call_new, name="call-new"),
    path("mails/new/", plan.mail_new, name="mail-new"),
    path("plan/", plan.activity_plan, name="activity-plan"),
    path("plan/<slug:kind>/<int:record_id>/", deeds.plan_on, name="plan-on-day"),
    path("plan/<slug:kind>/<int:record_id>/<str:when>/", deeds.plan_on, name="plan-on"),
    path("timeline/<slug:kind>/<int:record_id>/", timeline.timeline, name="timeline"),
    path("timeline/<slug:kind>/<int:record_id>/write/", timeline.write, name="timeline-write"),
    path("activities/<int:activity_id>/done/", deeds.activity_done, name="activity-done"),
    path("activities/<int:activity_id>/reopen/", deeds.activity_reopen, name="activity-reopen"),
    path("activities/<int:activity_id>/cancel/", deeds.activity_cancel, name="activity-cancel"),
    path("activities/<int:activity_id>/snooze/", deeds.activity_snooze, name="activity-snooze"),
    path("activities/<int:activity_id>/move/<str:when>/", deeds.activity_snooze, name="activity-move"),
    path("activities/<int:activity_id>/give/", deeds.activity_reassign, name="activity-reassign"),
    path("activities/<int:activity_id>/next/", deeds.next_step, name="next-step"),
    path("activities/<int:activity_id>/next/<str:when>/", deeds.next_step, name="next-step-on"),
    *record_routes(ACTIVITY),
]
