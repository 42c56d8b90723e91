"""Every resource that can be read: where its rows are, who sees which, and what stands beside."""

from api.resources import Resource
from api.roles import (
    INVESTIGATE_FRAUD,
    PROCESS_PAYMENT,
    SEND_NOTICE,
    VIEW_ACCESS,
    VIEW_ACCUMULATOR,
    VIEW_BIOMETRIC,
    VIEW_BORDEREAU,
    VIEW_CASE,
    VIEW_CLAIM,
    VIEW_DISPUTE,
    VIEW_DOCUMENT,
    VIEW_LEAD,
    VIEW_MEMBER,
    VIEW_NOTICE,
    VIEW_PAYMENT,
    VIEW_POLICY,
    VIEW_PROVIDER,
    VIEW_ROLE,
    VIEW_SCHEME,
    VIEW_USER,
)
from projections import (
    accumulator_balances,
    beneficiaries,
    benefits,
    biometrics,
    cards,
    claim_inbox,
    claims,
    codes,
    designations,
    disputes,
    documents,
    emergency_contacts,
    fraud_cases,
    leads,
    member_profiles,
    members,
    movements,
    notices,
    payments,
    permissions,
    policies,
    preauthorisations,
    premium_rates,
    products,
    providers,
    reconciliations,
    reservations,
    roles,
    underwriting_cases,
    users,
)

MEMBERS = Resource(
    "member", members.MEMBERS, members.PROJECTION, VIEW_MEMBER,
)  # fmt: skip
PROFILES = Resource("profile", member_profiles.PROFILES, member_profiles.PROJECTION, VIEW_MEMBER)
LEADS = Resource(
    "lead", leads.LEADS, leads.PROJECTION, VIEW_LEAD,
    expands={"member": ("member_id", MEMBERS)},
)  # fmt: skip
LEAD_ACTIVITIES = Resource(
    "activity", leads.ACTIVITIES, leads.PROJECTION, VIEW_LEAD, ordering="-activity_no"
)
CONTACTS = Resource(
    "emergency contact", emergency_contacts.CONTACTS, emergency_contacts.PROJECTION, VIEW_MEMBER,
    ordering="priority",
)  # fmt: skip
BENEFICIARIES = Resource(
    "beneficiary", beneficiaries.BENEFICIARIES, beneficiaries.PROJECTION, VIEW_MEMBER,
    expands={"member": ("member_id", MEMBERS)},
)  # fmt: skip
SHARES = Resource(
    "share", designations.SHARES, designations.PROJECTION, VIEW_MEMBER, ordering="-in_force_bps",
    expands={"beneficiary": ("beneficiary_id", BENEFICIARIES)},
)  # fmt: skip
CARDS = Resource(
    "card", cards.CARDS, cards.PROJECTION, VIEW_MEMBER,
    expands={"member": ("member_id", MEMBERS)},
)  # fmt: skip
BIOMETRICS = Resource(
    "biometric record", biometrics.BIOMETRICS, biometrics.PROJECTION, VIEW_BIOMETRIC
)
COMPARISONS = Resource(
    "comparison", biometrics.COMPARISONS, biometrics.PROJECTION, VIEW_BIOMETRIC,
    ordering="-comparison",
)  # fmt: skip
PROVIDERS = Resource(
    "provider", providers.PROVIDERS, providers.PROJECTION, VIEW_PROVIDER,
)  # fmt: skip
CONTRACTS = Resource(
    "contract", providers.CONTRACTS, providers.PROJECTION, VIEW_PROVIDER, ordering="-from_on"
)
TARIFFS = Resource(
    "tariff", providers.TARIFFS, providers.PROJECTION, VIEW_PROVIDER, ordering="-tariff_no"
)
PRICES = Resource(
    "price", providers.PRICES, providers.PROJECTION, VIEW_PROVIDER, ordering="-tariff_no,code"
)
SCHEMES = Resource("scheme", products.PRODUCTS, products.PROJECTION, VIEW_SCHEME)
TERMS = Resource(
    "terms", products.TERMS, products.PROJECTION, VIEW_SCHEME, ordering="-terms_version"
)
BENEFITS = Resource(
    "benefit", benefits.BENEFITS, benefits.PROJECTION, VIEW_SCHEME, ordering="scheme,key",
    expands={"product": ("product_id", SCHEMES)},
)  # fmt: skip
PREMIUM_RATES = Resource(
    "premium rates", premium_rates.PREMIUM_RATES, premium_rates.PROJECTION, VIEW_SCHEME,
    expands={"scheme": ("product_id", SCHEMES)},
)  # fmt: skip
PREMIUM_PRICES = Resource(
    "premium price", premium_rates.PREMIUM_PRICES, premium_rates.PROJECTION, VIEW_SCHEME,
    ordering="-rates_version,line",
)  # fmt: skip
POLICIES = Resource(
    "policy", policies.POLICIES, policies.PROJECTION, VIEW_POLICY,
    expands={"holder": ("holder_id", MEMBERS), "scheme": ("product_id", SCHEMES)},
)  # fmt: skip
COVERS = Resource(
    "cover", policies.COVERS, policies.PROJECTION, VIEW_POLICY, ordering="from_on",
    expands={"member": ("member_id", MEMBERS)},
)  # fmt: skip
PERIODS = Resource("period", policies.PERIODS, policies.PROJECTION, VIEW_POLICY, ordering="from_on")
INSTALMENTS = Resource(
    "instalment", policies.INSTALMENTS, policies.PROJECTION, VIEW_POLICY, ordering="due_on"
)
RECEIPTS = Resource(
    "receipt", policies.RECEIPTS, policies.PROJECTION, VIEW_POLICY, ordering="received_on"
)
CLAIMS = Resource(
    "claim", claims.CLAIMS, claims.PROJECTION, VIEW_CLAIM,
    expands={
        "member": ("member_id", MEMBERS),
        "policy": ("policy_id", POLICIES),
        "provider": ("provider_id", PROVIDERS),
    },
)  # fmt: skip
DISPUTES = Resource(
    "dispute", disputes.DISPUTES, disputes.PROJECTION, VIEW_DISPUTE,
    expands={"claim": ("claim_id", CLAIMS), "member": ("member_id", MEMBERS)},
)  # fmt: skip
LINES = Resource("line", claims.LINES, claims.PROJECTION, VIEW_CLAIM, ordering="line")
FRAUD_CASES = Resource(
    "fraud check", fraud_cases.CASES, fraud_cases.PROJECTION, INVESTIGATE_FRAUD, ordering="-score",
    expands={"member": ("member_id", MEMBERS), "provider": ("provider_id", PROVIDERS)},
)  # fmt: skip
FRAUD_EVIDENCE = Resource(
    "fraud evidence", fraud_cases.EVIDENCE, fraud_cases.PROJECTION, INVESTIGATE_FRAUD,
    ordering="evidence",
)  # fmt: skip
INBOX = Resource(
    "waiting claim", claim_inbox.INBOX, claim_inbox.PROJECTION, VIEW_CLAIM, ordering="since",
    expands={"member": ("member_id", MEMBERS), "provider": ("provider_id", PROVIDERS)},
)  # fmt: skip
PAYMENTS = Resource(
    "payment", payments.PAYMENTS, payments.PROJECTION, VIEW_PAYMENT,
    expands={"claim": ("claim_id", CLAIMS)},
)  # fmt: skip
NOTICES = Resource(
    "notification", notices.NOTICES, notices.PROJECTION, VIEW_NOTICE,
    expands={"member": ("member_id", MEMBERS)},
)  # fmt: skip
NOTICE_TEMPLATES = Resource(
    "notification template", notices.TEMPLATES, notices.PROJECTION, SEND_NOTICE, ordering="code"
)
RECONCILIATIONS = Resource(
    "reconciliation", reconciliations.RECONCILIATIONS, reconciliations.PROJECTION, PROCESS_PAYMENT,
    ordering="-from_on",
)  # fmt: skip
DIFFERENCES = Resource(
    "difference", reconciliations.DIFFERENCES, reconciliations.PROJECTION, PROCESS_PAYMENT,
    ordering="-run,entry",
)  # fmt: skip
CASES = Resource(
    "case", underwriting_cases.CASES, underwriting_cases.PROJECTION, VIEW_CASE,
    expands={"applicant": ("applicant_id", MEMBERS)},
)  # fmt: skip
BALANCES = Resource(
    "balance", accumulator_balances.BALANCES, accumulator_balances.PROJECTION, VIEW_ACCUMULATOR,
    ordering="-year",
)  # fmt: skip
MOVEMENTS = Resource(
    "movement", movements.MOVEMENTS, movements.PROJECTION, VIEW_BORDEREAU, ordering="-position"
)
CODES = Resource("code", codes.CODES, codes.PROJECTION, VIEW_SCHEME, ordering="code")
PREAUTHORISATIONS = Resource(
    "preauthorisation", preauthorisations.PREAUTHORISATIONS, preauthorisations.PROJECTION,
    VIEW_CLAIM,
    expands={"member": ("member_id", MEMBERS), "provider": ("provider_id", PROVIDERS)},
)  # fmt: skip
PLANNED_ITEMS = Resource(
    "planned item", preauthorisations.ITEMS, preauthorisations.PROJECTION, VIEW_CLAIM,
    ordering="sequence",
)  # fmt: skip
RESERVATIONS = Resource(
    "reservation", reservations.RESERVATIONS, reservations.PROJECTION, VIEW_ACCUMULATOR,
    ordering="-year",
)  # fmt: skip
USERS = Resource("user", users.USERS, users.PROJECTION, VIEW_USER)
SESSIONS = Resource(
    "session", users.SESSIONS, users.PROJECTION, VIEW_USER, ordering="-started_at"
)  # fmt: skip
AUTHENTICATION_EVENTS = Resource(
    "authentication event", users.HAPPENED, users.PROJECTION, VIEW_ACCESS
)
PERMISSION_CHANGES = Resource("permission change", users.GRANTS, users.PROJECTION, VIEW_ACCESS)
ROLES = Resource("role", roles.ROLES, roles.PROJECTION, VIEW_ROLE, ordering="code")
NAMED_PERMISSIONS = Resource(
    "permission", permissions.NAMED, permissions.PROJECTION, VIEW_ROLE, ordering="code"
)
DOCUMENTS = Resource(
    "document", documents.DOCUMENTS, documents.PROJECTION, VIEW_DOCUMENT,
    expands={"claim": ("claim_id", CLAIMS), "member": ("member_id", MEMBERS)},
)  # fmt: skip
