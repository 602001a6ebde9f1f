from django.urls import path

from keen.core.views import health, jobs

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<uuid:task_id>/discard/", jobs.job_discard, name="job-discard"),
    path("jobs/<uuid:task_id>/retry/", jobs.job_retry, name="job-retry"),
    path("jobs/retry-all/", jobs.job_retry_all, name="job-retry-all"),
]
