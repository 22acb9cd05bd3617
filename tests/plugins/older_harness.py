"""A pytest plugin: lets the test harness of an older Home Assistant run on a newer one.

Home Assistant 2026.11 replaces `httpx` when it is imported, which must happen before anything imports `httpx`, and
no longer exports a name that the harness imports. To be dropped once a harness for the newest version exists.
"""

import homeassistant  # noqa: F401  (first, see above)
from homeassistant.components import logger
from homeassistant.components.logger.helpers import _clear_logger_overwrites

logger._clear_logger_overwrites = _clear_logger_overwrites
