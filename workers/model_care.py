"""Looks after the fraud model in charge: holds it against the claims of late, and learns a
successor where it has drifted or grown old. Nothing here puts a model in charge: two people do.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from adapters.model_artefacts import ModelTable
from adapters.secret_keys import model_signing_key
from adapters.settings import Settings
from adapters.signatures import Signer
from commands.context import Context, Desk
from commands.fraud_models import KEEPERS, ModelChange, NewModel, change_models, register_model
from commands.handling import Outcome
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.checks import CheckModel, learn_anew
from domain.fraud_model.decide import FraudModelCommand, ShadowModel
from domain.fraud_model.events import Figure
from domain.fraud_model.state import Version
from domain.refusals import RuleBroken
from ml import generated_claims, ledger_claims
from ml.artefact import PURPOSE, ArtefactRefused, opened, seal
from ml.declaring import LeakRefused
from ml.drift import Moved, Verdict, labels_moved, moved, worst
from ml.fraud import FraudModel
from ml.health_features import FEATURES, LINE
from ml.registering import measured, registration
from ml.rescoring import Flag
from ml.training import TooFewRows, train
from projections.claims_known import ClaimsDeskKnows
from projections.fraud_figures import findings_of

OF_LATE = timedelta(days=90)
MOST_TOLD = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What a check sees: how many claims of late, what moved (the worst first), the share of fraud
    then and now, and what came of the alerts of late."""

    claims: int
    compared: tuple[Moved, ...]
    fraud_learnt: float
    fraud_settled: float | None
    alerts: int
    confirmed: int
    cleared: int

    @property
    def verdict(self) -> Verdict:
        return worst(self.compared)

    def figures(self) -> tuple[Figure, ...]:
        counts = {"alerts": self.alerts, "confirmed": self.confirmed, "cleared": self.cleared}
        told = [Figure(name, Decimal(count)) for name, count in counts.items()]
        if decided := self.confirmed + self.cleared:
            told.append(Figure("hit_rate", Decimal(f"{self.confirmed / decided:.4f}")))
        return tuple(told)

    def unstable(self) -> tuple[Figure, ...]:
        """What is not stable, with its index."""
        moving = [one for one in self.compared if one.verdict is not Verdict.STABLE]
        return tuple(Figure(it.name, Decimal(f"{it.index:.4f}")) for it in moving[:MOST_TOLD])


def seen(desk: Desk, model: FraudModel) -> Found:
    """Hold a model against the claims of late; nothing is recorded."""
    today = desk.clock.today()
    knows = ClaimsDeskKnows(desk.store.pool, desk.store.tenant)
    standard, outcomes = model.manifest.reference, knows.outcomes()
    compared: list[Moved] = []
    count = 0
    try:
        flags = [Flag(*one) for one in knows.flags_in_order()]
        late = ledger_claims.dataset(
            knows.in_order(), flags, outcomes, today, outcome=False, since=today - OF_LATE
        ).reading(model.features)
    except ledger_claims.NothingToLearn:
        pass
    else:
        count = len(late)
        compared += moved(standard, late, model.probabilities(late))
    frauds, settled = ledger_claims.settled(knows.in_order(), outcomes, today)
    if settled:
        compared.append(labels_moved(standard, frauds, settled))
    findings = findings_of(desk.store.pool, desk.store.tenant, model.name, today - OF_LATE)
    return Found(
        claims=count,
        compared=tuple(sorted(compared, key=lambda one: (-one.index, one.name))),
        fraud_learnt=standard.fraud,
        fraud_settled=frauds / settled if settled else None,
        alerts=findings[0],
        confirmed=findings[1],
        cleared=findings[2],
    )


def look_after(
    desk: Desk, settings: Settings, context: Context, line_id: UUID, version: int
) -> Outcome:
    """Hold a version against the claims of late, learn a successor where there is need, and record
    what was seen; nothing happens where another version is in charge by now.

    Raises RuleBroken `fraud_model.cannot_be_opened`: the rules judge alone then.
    """
    line = desk.store.load(FRAUD_MODEL, line_id).state
    standing = line.version(version)
    if standing is None or line.in_charge != version:
        return Outcome({"id": str(line_id)}, None, None)
    found = seen(desk, opened_model(desk, settings, standing))
    command = command_of(version, found, desk.clock.today())
    if learn_anew(line, command.verdict):
        try:
            successor = int(train_successor(desk, settings, context).answer["version"])
            command = replace(command, successor=successor)
        except RuleBroken as why:
            command = replace(command, note=why.detail)
    return _changed(desk, context, command)


def command_of(version: int, found: Found, today: date) -> CheckModel:
    """What is recorded of a check."""
    settled = found.fraud_settled
    return CheckModel(
        version=version,
        checked_on=today,
        claims=found.claims,
        verdict=str(found.verdict),
        moved=found.unstable(),
        fraud_learnt=Decimal(f"{found.fraud_learnt:.4f}"),
        fraud_settled=None if settled is None else Decimal(f"{settled:.4f}"),
        figures=found.figures(),
        checked_by="",
    )


def train_successor(desk: Desk, settings: Settings, context: Context) -> Outcome:
    """Learn from the ledger's own claims, keep, register and measure the model, and let it score
    beside the one in charge. Done twice it is the same model: the same claims make the same bytes.

    Raises RuleBroken `fraud_model.cannot_learn` where too few claims have an outcome.
    """
    knows = ClaimsDeskKnows(desk.store.pool, desk.store.tenant)
    flags = [Flag(*one) for one in knows.flags_in_order()]
    try:
        lessons = ledger_claims.dataset(
            knows.in_order(), flags, knows.outcomes(), desk.clock.today()
        )
        trained = train(lessons, generated_claims.PLAN)
    except (ledger_claims.NothingToLearn, TooFewRows, LeakRefused) as why:
        raise RuleBroken("fraud_model.cannot_learn", str(why)) from why
    signer = _signer(settings)
    stored = seal(LINE, lessons, trained, signer)
    manifest = opened(stored, signer)
    new = NewModel(registration(manifest, stored, ""), stored)
    outcome = register_model(desk, _own(context, "register"), new)
    version = int(outcome.answer["version"])
    _changed(desk, _own(context, "evaluate"), measured(manifest, version, ""))
    _changed(desk, _own(context, "shadow"), ShadowModel(version, ""))
    return outcome


def opened_model(desk: Desk, settings: Settings, version: Version) -> FraudModel:
    """Raises RuleBroken `fraud_model.cannot_be_opened`."""
    try:
        stored = ModelTable(desk.store.pool, desk.store.tenant).find(version.digest)
        if stored is None:
            raise ArtefactRefused("its artefact is not kept here")
        return FraudModel(stored, _signer(settings), FEATURES)
    except ArtefactRefused as refused:
        raise RuleBroken("fraud_model.cannot_be_opened", str(refused)) from refused


def _changed(desk: Desk, context: Context, command: FraudModelCommand) -> Outcome:
    kept = replace(context, roles=context.roles or KEEPERS)  # the saga keeps models, too
    return change_models(desk, kept, ModelChange(LINE, command))


def _own(context: Context, step: str) -> Context:
    """A step of the same errand, under a command id of its own."""
    return replace(
        context,
        command_id=uuid5(context.command_id, step),
        roles=context.roles or KEEPERS,
    )


def _signer(settings: Settings) -> Signer:
    return Signer(model_signing_key(settings.secrets_folder), PURPOSE)
