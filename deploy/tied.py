"""Loaded by a worker process that a library forks for us: it then ends with its parent, too.

The kernel's wish of `deploy.children` is not inherited by forks, so each fork asks for itself.
"""

from deploy.children import end_with_parent

end_with_parent()
