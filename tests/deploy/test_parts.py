"""The table of programs fits the rest of the project."""

from importlib.util import find_spec

from deploy.parts import PARTS
from workers.reactions import Queue


def test_every_work_queue_is_served_by_exactly_one_part() -> None:
    served = [word for part in PARTS for word in part.arguments if word in set(Queue)]
    assert sorted(served) == sorted(Queue)


def test_every_part_names_modules_that_exist() -> None:
    for part in PARTS:
        words = (word.partition(":")[0] for word in part.arguments)
        named = [word for word in words if not word.startswith("-") and word not in set(Queue)]
        assert all(find_spec(module) for module in named), part.name
