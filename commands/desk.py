"""Puts a desk together: the ledger, the clock, the bank and all else that use cases work with."""

from uuid import UUID

from adapters.bank import SimulatedBank
from adapters.bank_http import HttpBank
from adapters.blind_index import HmacBlindIndex
from adapters.clock import SystemClock
from adapters.event_store import EventStore
from adapters.ids import Uuid7Ids
from adapters.mail import Mail
from adapters.numbers import PostgresNumbers
from adapters.secret_keys import bank_key, blind_index_key, sms_key
from adapters.settings import Settings
from adapters.text_messages import TextMessages
from commands.context import Couriers, Desk, PaymentRules, ReviewRules
from commands.ports import Bank, ClaimsKnown, Clock, FraudJudge, Ids
from commands.scoring import RulesAlone
from domain.adjudication.routing import Bands
from domain.events import CATALOGUE
from domain.fraud.known import Known, SeenClaim
from domain.money import Money


class NoClaimsKnown:
    """For desks that never score a claim: asked all the same, it fails rather than know nothing."""

    def beside(self, claim_id: UUID) -> tuple[SeenClaim, Known] | None:
        raise RuntimeError("this desk was opened without the read model of known claims")


def open_desk(
    settings: Settings,
    *,
    claims_known: ClaimsKnown | None = None,
    judge: FraudJudge | None = None,
    store: EventStore | None = None,
    clock: Clock | None = None,
    ids: Ids | None = None,
    bank: Bank | None = None,
) -> Desk:
    """A desk by the insurer's settings; what is given stands in for what would be made.

    `claims_known` is needed to score claims; it comes from the read side, which this side does
    not know. Without a `judge` the fraud rules judge alone. Connections open at first use;
    `desk.store.close()` gives them back. Raises NotReady where no database is known or a secret
    key cannot be used.
    """
    if store is None:
        store = EventStore(settings.require_database_url(), CATALOGUE, tenant=settings.tenant)
    currency = settings.currency
    return Desk(
        store=store,
        clock=clock or SystemClock(settings.timezone),
        ids=ids or Uuid7Ids(),
        numbers=PostgresNumbers(store),
        blind=HmacBlindIndex(blind_index_key(settings.secrets_folder)),
        claims_known=claims_known or NoClaimsKnown(),
        judge=judge or RulesAlone(),
        bank=bank or _bank(settings, store),
        bands=Bands(
            auto_below=Money.of(settings.auto_below, currency),
            manager_above=Money.of(settings.manager_above, currency),
            fraud_suspend_at=settings.suspend_at,
        ),
        currency=currency,
        underwriting_auto_up_to=Money.of(settings.underwriting_auto_up_to, currency),
        review=ReviewRules(
            all=settings.review_all,
            share_percent=settings.review_share * 100,
            variance_percent=settings.review_variance * 100,
            floor_minor=Money.of(settings.review_from, currency).minor,
        ),
        payments=PaymentRules(
            approval_above_minor=Money.of(settings.payment_approval_above, currency).minor,
            in_batches=settings.payments_in_batches,
            duties_apart=settings.duties_apart,
        ),
        couriers=_couriers(settings),
    )


def _couriers(settings: Settings) -> Couriers:
    """Text messages and mail, each where the insurer names a service."""
    return Couriers(
        settings.insurer_name,
        TextMessages(settings.sms_url, sms_key(settings.secrets_folder))
        if settings.sms_url
        else None,
        Mail(settings.mail_url, settings.mail_from, settings.state_dir / "outbox")
        if settings.mail_url
        else None,
    )


def _bank(settings: Settings, store: EventStore) -> Bank:
    """The bank that the insurer names, or the simulated one."""
    if settings.bank_url:
        return HttpBank(settings.bank_url, bank_key(settings.secrets_folder))
    return SimulatedBank(store.pool, settings.tenant)
