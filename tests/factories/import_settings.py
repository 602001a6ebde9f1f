"""The settings of a process that a test starts to load a file: on the test's database and its files."""

import os
from pathlib import Path

from keen.site import settings as installed

globals().update({name: getattr(installed, name) for name in dir(installed) if name.isupper()})
DATABASES = {"default": {**installed.DATABASES["default"], "NAME": os.environ["KEEN_TEST_NAME"]}}
MEDIA_ROOT = Path(os.environ["KEEN_TEST_FILES"])
