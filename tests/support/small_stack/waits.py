"""A part that does nothing until it is stopped."""

import signal

signal.pause()
