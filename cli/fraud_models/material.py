"""Finds the claims that a model learns from and is judged on: files, or a generator's."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.folders import PROJECT
from ml import generated_claims, health_features, motor_claims
from ml.dataset import Dataset, together
from ml.reading import BadTable
from ml.trained import Plan


@dataclass(frozen=True)
class Material:
    """`data` is judged. `lessons` are learnt from; None where there are none to learn from."""

    line: str
    name: str
    data: Dataset
    lessons: Dataset | None
    lessons_name: str
    plan: Plan


class AskedWrongly(Exception):
    """The options do not make sense together; the text says which would."""


def to_judge(
    data: Path | None, generated: int | None, seed: int, train: Path | None, *, learn: bool = True
) -> Material:
    """What is to be judged, and what to learn from before. Raises BadTable and AskedWrongly."""
    one_of(data, generated)
    if data is None:
        assert generated is not None
        return _generated(generated, seed, train, learn=learn)
    files, training = motor_claims.files_of(existing(data))
    if train is not None:
        training = _training_part(existing(train))
    elif training is None:
        reference = motor_claims.reference_part(PROJECT)
        training = reference if reference.exists() else None
    return Material(
        line=motor_claims.LINE,
        name=", ".join(file.name for file in files),
        data=_read(files),
        lessons=motor_claims.read_claims(training) if training and learn else None,
        lessons_name=training.name if training and learn else "",
        plan=motor_claims.PLAN,
    )


def to_learn(
    data: Path | None, generated: int | None, seed: int, *, ledger: bool = False
) -> Material:
    """What to learn from; the reference's training part where nothing is named."""
    if ledger:
        one_of(data, generated, ledger=True)
        return _of_ledger(outcome=True)
    if data is None and generated is None:
        data = motor_claims.reference_part(PROJECT)
        if not data.exists():
            raise AskedWrongly("name the claims to learn from: --data FILE or --generated N")
    one_of(data, generated)
    if data is not None:
        part = _training_part(existing(data))
        lessons, name = motor_claims.read_claims(part), part.name
        return Material(motor_claims.LINE, name, lessons, lessons, name, motor_claims.PLAN)
    assert generated is not None
    lessons = _sized(lambda: generated_claims.lessons(generated, seed))
    name = f"{len(lessons):,} generated claims"
    return Material(health_features.LINE, name, lessons, lessons, name, generated_claims.PLAN)


def without_outcome(
    data: Path | None, generated: int | None, seed: int, *, ledger: bool = False
) -> Material:
    """Claims whose outcome need not be known."""
    one_of(data, generated, ledger=ledger)
    if ledger:
        return _of_ledger(outcome=False)
    if data is None:
        return to_judge(None, generated, seed, None, learn=False)
    files, _ = motor_claims.files_of(existing(data))
    claims = [motor_claims.read_claims(file, outcome=False) for file in files]
    known = all(one.fraud is not None for one in claims)
    if not known:
        claims = [replace(one, fraud=None) for one in claims]
    return Material(
        motor_claims.LINE, ", ".join(f.name for f in files), _one(claims), None, "",
        motor_claims.PLAN,
    )  # fmt: skip


def one_of(data: Path | None, generated: int | None, *, ledger: bool = False) -> None:
    if (data is not None) + (generated is not None) + ledger != 1:
        raise AskedWrongly("name the claims: either --data FILE, --generated N or --ledger")


def existing(path: Path) -> Path:
    if not path.exists():
        raise BadTable(f"{path} does not exist")
    return path


def _training_part(path: Path) -> Path:
    if path.is_file():
        return path
    files, training = motor_claims.files_of(path)
    if training is None and len(files) > 1:
        raise BadTable(f"{path.name} holds several files and none ends in _train.csv")
    return training or files[0]


def _read(files: list[Path]) -> Dataset:
    return _one([motor_claims.read_claims(file) for file in files])


def _one(parts: list[Dataset]) -> Dataset:
    return parts[0] if len(parts) == 1 else together(parts)


def _sized(make: Callable[[], Dataset]) -> Dataset:
    try:
        return make()
    except ValueError as wrong:
        raise AskedWrongly(str(wrong)) from wrong


def _of_ledger(*, outcome: bool) -> Material:
    """The health claims of the running ledger, each with what was known when it came in."""
    from cli.fraud_models.keeping import the_ledger
    from ml import ledger_claims
    from ml.rescoring import Flag
    from projections.claims_known import ClaimsDeskKnows

    desk = the_ledger()
    try:
        knows = ClaimsDeskKnows(desk.store.pool, desk.store.tenant)
        flags = [Flag(*one) for one in knows.flags_in_order()]
        data = ledger_claims.dataset(
            knows.in_order(), flags, knows.outcomes(), desk.clock.today(), outcome=outcome
        )
    except ledger_claims.NothingToLearn as nothing:
        raise AskedWrongly(str(nothing)) from nothing
    finally:
        desk.store.close()
    name = f"{len(data):,} claims of the ledger"
    return Material(health_features.LINE, name, data, data, name, generated_claims.PLAN)


def _generated(count: int, seed: int, train: Path | None, *, learn: bool) -> Material:
    if train is not None:
        raise AskedWrongly("--train goes with --data; generated claims learn from generated ones")
    data = _sized(lambda: generated_claims.dataset(generated_claims.generated(count, seed)))
    lessons = generated_claims.lessons(count, seed) if learn else None
    return Material(
        line=health_features.LINE,
        name=f"{len(data):,} generated claims, seed {seed}",
        data=data,
        lessons=lessons,
        lessons_name=f"{len(lessons):,} claims of other worlds" if lessons else "",
        plan=generated_claims.PLAN,
    )
