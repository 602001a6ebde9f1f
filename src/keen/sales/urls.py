"""Addresses of deals, of the board and of pipelines."""

from django.urls import path

from keen.records.pages.routes import record_routes
from keen.sales.views import today
from keen.sales.records import LEAD, OPPORTUNITY, PRICE, PRICE_BOOK, PRODUCT, QUOTE
from keen.sales.views import board, forms, leads, people, pipelines, public, report

urlpatterns = [
    path("opportunities/", board.opportunity_list, name="opportunity-list"),
    path("opportunities/<int:record_id>/move/", board.opportunity_move, name="opportunity-move"),
    path("opportunities/<int:record_id>/reopen/", people.reopen, name="opportunity-reopen"),
    path("opportunities/<int:record_id>/people/", people.involve, name="involve"),
    path("opportunities/<int:record_id>/people/<int:involvement_id>/delete/", people.release, name="release"),
    path("panels/opportunity/<int:record_id>/people/", people.involved_panel, name="involved-panel"),
    path("panels/<slug:kind>/<int:record_id>/deals/", people.deals_panel, name="deals-panel"),
    path("opportunities/report/", report.deals_report, name="deals-report"),
    path("opportunities/review/", today.review_page, name="deal-review"),
    path("panels/quarter/", today.quarter_panel, name="quarter-panel"),
    path("panels/deal-changes/", today.changes_panel, name="deal-changes"),
    path("targets/", today.targets, name="targets"),
    path("settings/pipelines/", pipelines.pipelines_page, name="pipelines"),
    path("settings/pipelines/new/", pipelines.pipeline_add, name="pipeline-add"),
    path("settings/pipelines/<str:key>/rename/", pipelines.pipeline_save, name="pipeline-save"),
    path("settings/pipelines/<str:key>/archive/", pipelines.pipeline_archive, name="pipeline-archive"),
    path("settings/pipelines/<str:key>/stages/", pipelines.stage_add, name="stage-add"),
    path("settings/stages/<str:key>/", pipelines.stage_edit, name="stage-edit"),
    path("settings/stages/<str:key>/move/", pipelines.stage_move, name="stage-move"),
    path("settings/stages/<str:key>/archive/", pipelines.stage_archive, name="stage-archive"),
    path("settings/forms/", forms.form_list, name="form-list"),
    path("settings/forms/new/", forms.form_new, name="form-new"),
    path("settings/forms/spam/", forms.spam, name="form-spam"),
    path("settings/forms/spam/<int:entry_id>/lead/", forms.spam_accept, name="form-spam-accept"),
    path("settings/forms/spam/<int:entry_id>/drop/", forms.spam_drop, name="form-spam-drop"),
    path("settings/forms/<slug:key>/", forms.form_edit, name="form-edit"),
    path("settings/forms/<slug:key>/archive/", forms.form_archive, name="form-archive"),
    path("f/<slug:key>/", public.web_form, name="web-form"),
    path("settings/rates/", pipelines.rate_save, name="rate-save"),
    path("leads/<int:record_id>/status/", leads.lead_status, name="lead-status"),
    path("leads/<int:record_id>/convert/", leads.lead_convert, name="lead-convert"),
    *record_routes(LEAD),
    *(pattern for kind in (PRODUCT, PRICE_BOOK, PRICE, QUOTE) for pattern in record_routes(kind)),
    # The list has its own view, for it may be a board.
    *(pattern for pattern in record_routes(OPPORTUNITY) if pattern.name != "opportunity-list"),
]
