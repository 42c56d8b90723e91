"""The beginning of the year: plans, providers with tariffs, families with policies and premiums."""

from datetime import date

from cli.demo_book.facilities import Facility
from cli.demo_book.people import Family
from cli.demo_book.plans import BY_CODE, PLANS, Plan, instalments
from cli.demo_year import lanes, wire
from cli.demo_year.year import Year


def publish(year: Year, plan: Plan) -> None:
    """Publish a plan's terms from the first day of the year."""
    from_on = year.book.year.from_on
    answer = year.as_("admin").post("/schemes", wire.scheme(plan, from_on), f"scheme-{plan.code}")
    year.known.schemes[plan.code] = answer["id"]


def register(year: Year, facility: Facility) -> None:
    """Register a provider, with contract and tariff where it is in network."""
    admin, key, period = year.as_("admin"), facility.key, year.book.year
    answer = admin.post("/providers", wire.provider(facility, period), f"provider-{key}")
    year.known.providers[key] = answer["id"]
    if facility.in_network:
        path = f"/providers/{answer['id']}/tariffs"
        admin.post(path, wire.tariff(facility, period), f"tariff-{key}")


def enrol(year: Year, family: Family) -> None:
    """Enrol a family, issue its policy, and book what it paid until today."""
    desk, known, book = year.as_("desk"), year.known, year.book
    for person in family.people:
        principal = known.members[person.principal] if person.principal else None
        body = wire.member(person, principal, book.year.from_on)
        known.members[person.key] = desk.post("/members", body, person.key)["id"]
    parts = instalments(family, book.year)
    policy = desk.post(
        "/policies",
        {
            "product_id": known.schemes[family.plan],
            "holder_id": known.members[family.principal.key],
            "member_ids": [known.members[person.key] for person in family.people],
            "period": wire.form(book.year),
            "premium": wire.form(BY_CODE[family.plan].premium(family)),
            "instalments": wire.form(parts),
        },
        f"policy-{family.key}",
    )["id"]
    known.policies[family.key] = policy
    paid = parts if family.stops_paying_after is None else parts[: family.stops_paying_after]
    for nth, part in enumerate(paid, 1):
        if part.due_on <= book.today:
            receive(year, family, nth, wire.form(part.amount), part.due_on)


def receive(year: Year, family: Family, nth: int, amount: str, day: date) -> None:
    body = {
        "amount": amount,
        "received_on": wire.form(day),
        "reference": f"MM-{family.key}-{nth}",
        "effective_on": wire.form(day),
    }
    path = f"/policies/{year.known.policies[family.key]}/premiums"
    year.as_("finance").post(path, body, f"premium-{family.key}-{nth}")


def lapse(year: Year, family: Family) -> None:
    """End the cover of a family that stopped paying, on the day when its grace was over."""
    day = wire.form(year.book.lapses[family.key])
    path = f"/policies/{year.known.policies[family.key]}/lapse"
    body = {"day": day, "effective_on": day, "reason": "premium unpaid past its grace"}
    year.as_("finance").post(path, body, f"lapse-{family.key}")


def first_of_all(year: Year) -> None:
    """What the worked examples need: the first family, its plan and its providers."""
    family = year.book.families[0]
    publish(year, BY_CODE[family.plan])
    wanted = {visit.facility for visit in year.book.examples}
    for facility in year.book.facilities:
        if facility.key in wanted:
            register(year, facility)
    enrol(year, family)


def all_the_rest(year: Year) -> None:
    """Every other plan, provider and family, family beside family."""
    book, known = year.book, year.known
    with year.screen.step("plans and providers", len(PLANS) + len(book.facilities)) as bar:
        for plan in PLANS:
            if plan.code not in known.schemes:
                publish(year, plan)
            bar.step()

        def one(facility: Facility) -> None:
            if facility.key not in known.providers:
                register(year, facility)
            bar.step()

        lanes.run(lanes.by_key(book.facilities, lambda facility: facility.key), one)
    with year.screen.step("families, policies and premiums", book.members) as bar:
        bar.step(len(book.families[0].people))

        def whole(family: Family) -> None:
            enrol(year, family)
            if family.key in book.lapses:
                lapse(year, family)
            bar.step(len(family.people))

        lanes.run(lanes.by_key(book.families[1:], lambda family: family.key), whole)
