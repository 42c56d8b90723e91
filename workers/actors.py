"""What the worker processes run: `dramatiq workers.actors`, one actor for each queue.

All actors are declared here, before any worker starts. `--queues claims reports general` and
`--queues payments` in processes of their own keep a slow bank from holding up the claims.
"""

import logging

import dramatiq

from adapters.settings import get_settings
from workers.place import open_handler
from workers.queues import declare, redis_broker

logging.getLogger("bima.workers").setLevel(logging.INFO)

settings = get_settings()
broker = redis_broker(settings.require_redis_url(), settings.tenant)
dramatiq.set_broker(broker)
ACTORS = declare(broker, open_handler(settings).handle)
