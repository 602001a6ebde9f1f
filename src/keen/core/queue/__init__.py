"""The queue: tasks as rows of django_tasks_db, claimed under a lease, finished exactly once.

A task belongs to the worker whose row (keen.core.models.jobs.Worker) names it. Every end of a run goes through that
row first, so a worker that was given up on cannot finish, fail or return a task that somebody else has by now.
"""
