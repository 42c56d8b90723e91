"""Every process finds a tenant on the same server, and a further server moves few of them."""

from collections import Counter

import pytest

from adapters.placement import Placement

TENANTS = range(1, 2_001)


def test_where_a_tenant_lies_depends_on_names_and_on_nothing_else() -> None:
    one = Placement({"a": "postgresql://1", "b": "postgresql://2"})
    other = Placement({"b": "postgresql://moved", "a": "postgresql://1"})
    assert [one.name_of(t) for t in TENANTS] == [other.name_of(t) for t in TENANTS]
    assert one.name_of(17) == "a"  # as it has always been
    assert one.url_of(17) == "postgresql://1"


def test_tenants_are_spread_evenly() -> None:
    placement = Placement({name: name for name in "abcd"})
    spread = Counter(placement.name_of(tenant) for tenant in TENANTS)
    assert all(400 < spread[name] < 600 for name in "abcd"), spread


def test_a_further_server_takes_its_share_and_nothing_else_moves() -> None:
    before = Placement({name: name for name in "abc"})
    after = Placement({name: name for name in "abcd"})
    moved = [t for t in TENANTS if before.name_of(t) != after.name_of(t)]
    assert {after.name_of(t) for t in moved} == {"d"}
    assert 400 < len(moved) < 600


def test_without_a_server_there_is_no_placement() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Placement({})
