"""The settings of a worker that a test of webhooks starts as a process: on the test's database."""

import os

from keen.site import settings as installed

globals().update({name: getattr(installed, name) for name in dir(installed) if name.isupper()})
DATABASES = {"default": {**installed.DATABASES["default"], "NAME": os.environ["KEEN_TEST_NAME"]}}
SECRET_KEY = os.environ["KEEN_TEST_KEY"]
