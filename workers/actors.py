"""What the worker processes run: `dramatiq workers.actors`, one actor for each queue.

All actors are declared here, before any worker starts. `--queues claims reports general` and
`--queues payments` in processes of their own keep a slow bank from holding up the claims. Set
`dramatiq_worker_timeout=100` in their environment: an idle worker asks for work every so many
milliseconds, and by default only once a second. `bima up` starts them so (`deploy/parts.py`).
"""

import dramatiq

from adapters.collecting import keep_what_is_loaded
from adapters.journal import write_in_one_form
from adapters.settings import get_settings
from workers.place import open_handler
from workers.queues import Prepared, declare, redis_broker

write_in_one_form()

settings = get_settings()
handler = open_handler(settings)
broker = redis_broker(settings.require_redis_url(), settings.tenant)
broker.add_middleware(Prepared(handler.prepare))
dramatiq.set_broker(broker)
ACTORS = declare(broker, handler.handle)
keep_what_is_loaded()  # once for all processes that are forked from this one
