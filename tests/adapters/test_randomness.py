"""Random bytes are never given twice: not to two threads, not to a process and its child."""

import os
import threading

from adapters.randomness import random_bytes


def test_bytes_have_the_length_that_was_asked_for_and_differ() -> None:
    given = [random_bytes(size) for size in (1, 8, 12, 2_000, 12)] + [
        random_bytes(12) for _ in range(2_000)
    ]
    assert [len(each) for each in given[:5]] == [1, 8, 12, 2_000, 12]
    assert len(set(given[1:])) == len(given[1:])


def test_threads_are_given_different_bytes() -> None:
    given: list[bytes] = []
    ready = threading.Barrier(8)

    def take() -> None:
        ready.wait()
        mine = [random_bytes(12) for _ in range(500)]
        given.extend(mine)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given)) == len(given) == 4_000


def test_a_forked_process_is_given_other_bytes_than_its_parent() -> None:
    random_bytes(1)  # something is kept from here on
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.write(write, random_bytes(16))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 16) != random_bytes(16)
