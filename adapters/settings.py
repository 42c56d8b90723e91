"""Everything that an insurer can set about a running Bima, each with its meaning and default.

A setting comes from the environment (`BIMA_CURRENCY=TZS`); the two servers go by the names that
hosting services use, DATABASE_URL and REDIS_URL. Where those are not set, they are read from the
note of the stack that `bima up` started.
"""

import os
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from adapters.transport import in_the_clear
from deploy.folders import NotReady, state_folder
from deploy.running import running

Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
Share = Annotated[Decimal, Field(ge=0, le=1)]


class Settings(BaseSettings):
    """The settings of one insurer (a tenant of the ledger)."""

    model_config = SettingsConfigDict(env_prefix="BIMA_", frozen=True, env_ignore_empty=True)

    database_url: str = Field("", validation_alias="DATABASE_URL")
    """PostgreSQL that holds the ledger; empty where nothing runs."""
    owner_database_url: str = ""
    """The same database as its owner, who migrates; the default is DATABASE_URL."""
    models_database_url: str = ""
    """The same database as the owner of the read models; the default is the owner's."""
    redis_url: str = Field("", validation_alias="REDIS_URL")
    """Redis or Valkey that holds the work queues; empty where nothing runs."""
    keys_database_url: str = ""
    """PostgreSQL for the keys that personal data is sealed with; empty: beside the ledger."""
    biometrics_database_url: str = ""
    """The ledger's database as `bima_biometrics`, who alone opens fingers and faces; the default is
    DATABASE_URL with that name and without a password."""
    biometric_keys_database_url: str = ""
    """PostgreSQL for the keys of fingers and faces, as that role; empty: where the keys of persons
    are."""
    state_dir: Path = Field(default_factory=state_folder, validation_alias="BIMA_HOME")
    """Folder of this machine's data, logs and sockets."""
    secrets_dir: Path | None = None
    """Folder of the secret keys; the default is `secrets` in the state folder."""
    biometric_secrets_dir: Path | None = None
    """Folder of the key that wraps the keys of fingers and faces; the default is that of the other
    secret keys."""
    movements_dir: Path | None = None
    """Folder of the closed months of movements; the default is `movements` in the state folder."""

    tenant: int = Field(1, ge=1, le=2**31 - 1)
    """Number of the insurer whose ledger this is."""
    insurer_name: str = Field("Bima", min_length=1, max_length=80)
    """The insurer's name as it stands on what is printed for members and providers."""
    currency: str = Field("TZS", pattern="^[A-Z]{3}$")
    """ISO 4217 code of the money that premiums and claims are kept in."""
    timezone: str = "Africa/Dar_es_Salaam"
    """IANA zone in which the insurer's days begin and end."""

    api_host: str = "127.0.0.1"
    """Address on which the API listens."""
    api_port: int = Field(8000, ge=0, le=65535)
    """Port of the API; if it is taken, `bima up` chooses a free one. 0: always a free one."""
    tls_certificate: str = ""
    """Certificate (PEM, with its chain) by which the API itself answers over TLS, 1.2 or newer.
    Empty: it answers on this machine alone, or to a proxy that does so."""
    tls_key: str = ""
    """Private key of the certificate (PEM); empty: it stands in the same file."""
    trusted_proxies: str = ""
    """Addresses or networks of the proxies in front, by commas: they are believed about the address
    of a caller (`X-Forwarded-For`), and nobody else is."""
    plain_hosts: str = ""
    """Hosts, by commas, that are spoken to without TLS, since a private network leads to them."""
    settings_dir: Path | None = None
    """Folder in which a vault lays settings, each a file by its name, such as `DATABASE_URL`; what
    stands in the environment goes first."""

    access_minutes: int = Field(10, ge=1, le=60)
    """How long an access token is good; a sign-in that ends is refused within seconds anyway."""
    session_days: int = Field(7, ge=1, le=90)
    """How long a sign-in may be renewed."""
    most_sign_ins: int = Field(25, ge=0, le=50)
    """How many sign-ins of one user run side by side; of more the oldest ends. 0: no bound."""
    staff_idle_hours: int = Field(12, ge=0, le=168)
    """After how long without a renewal staff sign in again; 0: when the sign-in has run out."""
    breached_passwords: Path | None = None
    """File of passwords that were stolen somewhere, as SHA-1 in hexadecimal, a line each, in order;
    none of them may be chosen. Empty: those that are guessed first are refused all the same."""
    given_password_days: int = Field(7, ge=1, le=30)
    """How long a password is good that was made for somebody by another, or by `bima user`."""
    cheap_passwords: bool = False
    """Hash passwords quickly: for tests only, where a thousand sign-ins are nothing to guess."""
    mail_url: str = ""
    """Mail server (`smtp://user:password@host:port`, with STARTTLS); empty: mail is laid into the
    folder `outbox` of the state folder."""
    mail_from: str = "bima@localhost"
    """Address that mail is sent from."""
    portal_url: str = "http://localhost:3000"
    """Where people open the portal: links in mail lead there."""
    staff_second_factor: bool = True
    """Staff need an authenticator before they may do anything but set one up."""
    step_up_minutes: int = Field(15, ge=1, le=480)
    """How long a code of it stands for approvals of money; then it is asked for again."""
    ldap_url: str = ""
    """The directory in which staff sign in: `ldaps://host`, or `ldap://host` with StartTLS; its
    certificate is always verified. Empty: staff have passwords here."""
    ldap_ca_file: str = ""
    """Certificate of the authority that vouches for the directory; empty: those of the system."""
    ldap_reader: str = ""
    """Distinguished name as which the directory is read."""
    ldap_reader_password: str = ""
    """Its password."""
    ldap_people: str = ""
    """Base under which people are found: `ou=People,dc=insurer,dc=example`."""
    ldap_groups: str = ""
    """Base under which groups are found."""
    ldap_name_attribute: str = Field("uid", pattern="^[A-Za-z][A-Za-z0-9-]*$")
    """What people sign in with: uid, or sAMAccountName of Active Directory."""
    ldap_roles: str = ""
    """Which group has which role: `Claims Desk=claims_processor; Finance=finance_officer`."""
    ldap_recheck_seconds: float = Field(120, gt=0, le=240)
    """How often those who are signed in are compared with the directory."""
    break_glass: str = ""
    """Name of one local account that signs in with its own password though there is a directory;
    each of its sign-ins is recorded as such."""
    oidc_issuer: str = ""
    """The provider of identities at which staff sign in (OpenID Connect): its issuer, as it writes
    it, `https://id.insurer.example`. Empty: there is none."""
    oidc_client_id: str = ""
    """As whom Bima is known to the provider."""
    oidc_client_secret: str = ""
    """Its secret there."""
    oidc_redirect_url: str = ""
    """Where the provider sends people back; empty: `/signed-in` of the portal."""
    oidc_scopes: str = "openid profile email"
    """What the provider is asked to tell."""
    oidc_ca_file: str = ""
    """Certificate of the authority that vouches for the provider; empty: those of the system."""
    oidc_hosts: str = ""
    """Hosts beside that of the issuer at which it may be asked, by commas."""
    oidc_name_claim: str = "preferred_username"
    """What the provider calls the name by which somebody is known here."""
    oidc_groups_claim: str = "groups"
    """What it calls the groups that somebody is in."""
    oidc_roles: str = ""
    """Which of its groups has which role: `claims=claims_processor; finance=finance_officer`."""
    oidc_session_hours: int = Field(12, ge=1, le=168)
    """After how long the provider is asked again whether somebody still belongs to the insurer."""
    open_registration: bool = False
    """Members may register themselves, by their member number and the details known of them."""
    rate_limits: bool = True
    """Count requests; off for measuring how many there can be."""
    limit_staff: int = Field(1000, ge=1)
    """Requests a minute that each member of staff may make."""
    limit_users: int = Field(100, ge=1)
    """Requests a minute of every other signed-in user."""
    limit_anonymous: int = Field(10, ge=1)
    """Requests a minute from each address without a sign-in."""
    limit_sign_in: int = Field(10, ge=1)
    """Tries a minute to sign in with one name from one address."""
    largest_body: int = Field(2_000_000, ge=1_000)
    """Bytes of the largest request that is taken."""
    largest_document: int = Field(5_000_000, ge=1_000)
    """Bytes of the largest file that is taken as a document."""
    scanner_url: str = Field("", pattern=r"^(tcp://[^/]+|unix:///.+)?$")
    """Virus scanner that looks at documents before they are kept: clamd, at `tcp://host:port` or
    `unix:///path`; while it is away none is taken. Empty: there is none."""
    longest_wait_seconds: float = Field(2.0, ge=0, le=30)
    """How long a read waits for the ledger position that it was asked to reflect."""

    bank_url: str = ""
    """Address of the bank's service (`https://…`); empty: a simulated bank beside the ledger."""
    payment_approval_above: Amount = Decimal("0.00")
    """A payment above this waits for a second person; 0: none does, as claims above the manager's
    band have passed two people already."""
    duties_apart: bool = False
    """Who has entered, prepared or approved a claim may not approve its payment."""
    payments_in_batches: bool = False
    """Payments wait until somebody sends them to the bank together."""
    sms_url: str = ""
    """Address of the service that sends text messages; empty: notices go by mail alone."""

    auto_below: Amount = Decimal("50000.00")
    """A claim with less than this to pay is approved by itself."""
    manager_above: Amount = Decimal("500000.00")
    """A claim with more than this to pay is for a manager, who is not its preparer."""
    suspend_at: Share = Decimal("0.80")
    """A claim with this fraud score (0 to 1) or more is suspended for investigation."""
    review_all: bool = False
    """Whether a medical reviewer sees every claim before it is decided."""
    review_share: Share = Decimal(0)
    """The share of claims (0 to 1) that are drawn for a medical review by a hash of their ids."""
    review_variance: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(0)
    """A bill this much above the average of its diagnosis (0.5: half as much again) is reviewed."""
    review_from: Amount = Decimal("0.00")
    """Claims of less than this are never drawn for a medical review."""
    compulsory_cessions: str = ""
    """Cessions that the market demands, as `NAME:share:commission` by commas: TAN-RE:0.15:0.25."""
    biometric_needed: Share = Decimal("0.85")
    """How alike (0 to 1) two biometric templates must be to be taken for one person's."""
    underwriting_auto_up_to: Amount = Decimal("1000000.00")
    """An application of low risk for at most this sum is accepted by itself."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the folder of a vault; read anew at every start."""
        folder = os.environ.get("BIMA_SETTINGS_DIR")
        laid = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder else ()
        return (init_settings, env_settings, *laid)

    @field_validator("state_dir")
    @classmethod
    def _whole_path(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is no IANA time zone, such as Africa/Dar_es_Salaam")
        return value

    @model_validator(mode="after")
    def _bands_in_order(self) -> Self:
        if self.auto_below > self.manager_above:
            raise ValueError("BIMA_AUTO_BELOW exceeds BIMA_MANAGER_ABOVE: the bands overlap")
        return self

    @field_validator("ldap_url")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        if value and not value.startswith(("ldaps://", "ldap://")):
            raise ValueError("is no ldaps:// or ldap:// address")
        return value

    @field_validator("ldap_roles", "oidc_roles")
    @classmethod
    def _readable(cls, value: str) -> str:
        for pair in filter(str.strip, value.split(";")):
            if not all(map(str.strip, pair.partition("="))):
                raise ValueError(f"{pair.strip()!r} is not `group=role`")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _an_issuer(cls, value: str) -> str:
        if value and (not value.startswith("https://") or "?" in value or "#" in value):
            raise ValueError("is no https:// address of an issuer")
        return value

    @property
    def roles_by_group(self) -> dict[str, str]:
        """The role of each group of the directory, by its name in lower case."""
        return _roles_by_group(self.ldap_roles)

    @property
    def roles_by_provided_group(self) -> dict[str, str]:
        """The same for the groups that the provider of identities tells."""
        return _roles_by_group(self.oidc_roles)

    @property
    def zone(self) -> ZoneInfo:
        """The insurer's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def secrets_folder(self) -> Path:
        """Where secret keys lie."""
        return self.secrets_dir or self.state_dir / "secrets"

    @property
    def biometric_secrets_folder(self) -> Path:
        """Where the key lies that wraps the keys of fingers and faces."""
        return self.biometric_secrets_dir or self.secrets_folder

    @property
    def movements_folder(self) -> Path:
        """Where this insurer's closed months of movements lie, a file each."""
        return (self.movements_dir or self.state_dir / "movements") / f"tenant-{self.tenant}"

    def require_database_url(self) -> str:
        """The ledger's database. Raises NotReady, with the remedy, where none is known."""
        return _required(self.database_url, "DATABASE_URL")

    def require_owner_url(self) -> str:
        """The ledger's database as its owner. Raises NotReady, with the remedy, as above."""
        return self.owner_database_url or self.require_database_url()

    def require_models_url(self) -> str:
        """The ledger's database as the owner of its read models. Raises NotReady as above."""
        return self.models_database_url or self.require_owner_url()

    def require_redis_url(self) -> str:
        """The work queues' server. Raises NotReady, with the remedy, where none is known."""
        return _required(self.redis_url, "REDIS_URL")


@cache
def get_settings() -> Settings:
    """The settings of this process, read once; `get_settings.cache_clear()` has them read again.

    Raises NotReady that names each setting with a wrong value, or that would send data over a
    network in the clear.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        faults = "\n".join(
            f"  {_variable(e['loc'])}{e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        )
        raise NotReady(f"settings in the environment are wrong:\n{faults}") from error
    if clear := in_the_clear(settings):
        raise NotReady("what goes over a network must go encrypted:\n  " + "\n  ".join(clear))
    stack = running(settings.state_dir)
    if stack is None or (settings.database_url and settings.redis_url):
        return settings
    found = {"redis_url": settings.redis_url or stack.redis_url}
    if not settings.database_url:
        found["database_url"] = stack.database_url
        found["owner_database_url"] = stack.owner_database_url
        found["models_database_url"] = stack.models_database_url
    return settings.model_copy(update=found)


def _roles_by_group(text: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in text.split(";") if pair.strip())
    return {group.strip().lower(): role.strip() for group, _, role in pairs}


def _variable(place: tuple[str | int, ...]) -> str:
    """The environment's name for a setting, with a colon; nothing where several clash."""
    name = "_".join(map(str, place)).upper()
    own = name.startswith(("BIMA_", "DATABASE_", "REDIS_"))
    return f"{name if own else f'BIMA_{name}'}: " if name else ""


def _required(url: str, name: str) -> str:
    if not url:
        raise NotReady(f"no running stack found: start one with `bima up`, or set {name}")
    return url
