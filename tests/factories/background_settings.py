"""The settings of a worker that a test starts as a process: on the test's database, with the test's jobs."""

import os

from keen.site import settings as installed

globals().update({name: getattr(installed, name) for name in dir(installed) if name.isupper()})
DATABASES = {"default": {**installed.DATABASES["default"], "NAME": os.environ["KEEN_TEST_NAME"]}}
WIRING = "tests.factories.background"
