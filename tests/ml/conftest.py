"""Labelled motor claims in two parts, and a small model that has learnt from one of them."""

import csv
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.signatures import Signer
from ml import motor_claims
from ml.artefact import PURPOSE
from ml.dataset import Dataset

Table = list[dict[str, str]]


class Parts(NamedTuple):
    """Files with the same columns and no claim in common."""

    train: Path
    held: Path


def written(path: Path, rows: Table) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def rows_of(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def motor_part(shared_data: Path) -> Path:
    return shared_data.parent / shared_data.name / motor_claims.FOLDER / motor_claims.TRAINING_PART


@pytest.fixture(scope="session")
def parts(motor_part: Path, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """About seven in ten to learn from, chosen by a hash of the policy; the others held out."""
    learnt: Table = []
    held: Table = []
    for row in rows_of(motor_part):
        place = sha256(f"held|{row['policy_number']}".encode()).digest()[0]
        (held if place < 77 else learnt).append(row)
    folder = tmp_path_factory.mktemp("motor")
    train = written(folder / "learnt.csv", learnt)
    return Parts(train, written(folder / "held.csv", held))


@pytest.fixture(scope="session")
def lessons(parts: Parts) -> Dataset:
    return motor_claims.read_claims(parts.train)


@pytest.fixture(scope="session")
def held(parts: Parts) -> Dataset:
    return motor_claims.read_claims(parts.held)


@pytest.fixture(scope="session")
def signer() -> Signer:
    return new_signer()


def new_signer() -> Signer:
    """An insurer's key, made for these tests."""
    key = Ed25519PrivateKey.generate()
    return Signer(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), PURPOSE)
