"""Who works at the demo's insurer: one sign-in for each role, with a password of this run."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from adapters.identities import Identities, Kind, User
from adapters.passwords import Passwords
from adapters.postgres import Pool
from adapters.settings import Settings

ROLES: Mapping[str, str] = {
    "admin": "admin",
    "desk": "customer_service",
    "finance": "finance_officer",
    "sales": "sales_manager",
    "underwriter": "underwriter",
    "senior": "senior_underwriter",
    "processor": "claims_processor",
    "manager": "claims_manager",
    "investigator": "fraud_investigator",
    "auditor": "auditor",
}
NOTE = "demo-sign-in.txt"


@dataclass(frozen=True, slots=True)
class Hired:
    """Sign-in names are those of ROLES with `.demo` behind; they share a password."""

    password: str
    note: Path

    def username(self, who: str) -> str:
        return f"{who}.demo"


def hire(settings: Settings, database_url: str) -> Hired:
    """Make the users, or give those of an earlier demo the new password.

    It is noted in a file that only the owner of the state folder can read.
    """
    hired = Hired(secrets.token_urlsafe(12), settings.state_dir / NOTE)
    # One password, so one hash: hashing is slow on purpose, and ten of them would be seconds.
    hashed = Passwords(cheap=settings.cheap_passwords).hash(hired.password)
    pool = Pool(database_url)
    identities = Identities(pool, settings.tenant)

    try:
        for who, role in ROLES.items():
            name, title = hired.username(who), role.replace("_", " ").capitalize()
            known = identities.named(name)
            if known is not None:
                identities.set_password(known[0].user_id, hashed)
                identities.waive_factor(known[0].user_id, waived=True)
                continue
            user = User(uuid4(), name, f"{title} (demo)", Kind.STAFF, frozenset({role}))
            identities.add(user, hashed)
            identities.waive_factor(user.user_id, waived=True)  # made-up people on one machine
    finally:
        pool.close()
    hired.note.touch(mode=0o600)
    lines = [f"{hired.username(who):<20} {hired.password:<18} {ROLES[who]}" for who in ROLES]
    hired.note.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return hired
