"""Every test gets real servers and data of its own."""

import psycopg
import redis

from tests.support.servers import DatabaseMaker


def test_two_databases_know_nothing_of_each_other(new_database: DatabaseMaker) -> None:
    first, second = new_database(), new_database()
    with psycopg.connect(first) as one, psycopg.connect(second) as two:
        one.execute("CREATE TABLE claim_note (said text)")
        one.commit()
        found = two.execute("SELECT to_regclass('claim_note')").fetchone()
    assert found == (None,)


def test_the_server_sorts_and_tells_time_alike_everywhere(database_url: str) -> None:
    with psycopg.connect(database_url) as db:
        (zone,) = db.execute("SELECT current_setting('TimeZone')").fetchone() or ("",)
        order = [
            name for (name,) in db.execute("SELECT unnest(ARRAY['b','A','a','B']) n ORDER BY n")
        ]
    assert zone == "UTC"
    assert order == ["A", "B", "a", "b"]


def test_a_queue_starts_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_a_queue_starts_empty_again(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")
