"""What there is to permit, `module.action` as the documents name it, and who holds what."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from adapters.identities import Kind

PUBLIC = "public"
"""In place of a permission: anybody may ask, signed in or not."""

OWN_ACCOUNT = "authentication.own_account"
VIEW_USER = "authentication.view_user"
CHANGE_USER = "authentication.change_user"
VIEW_ROLE = "authentication.view_role"
CHANGE_ROLE = "authentication.change_role"
VIEW_ACCESS = "authentication.view_audit"
VIEW_MEMBER = "membership.view_member"
ADD_MEMBER = "membership.add_member"
CHANGE_MEMBER = "membership.change_member"
DELETE_MEMBER = "membership.delete_member"
VIEW_POLICY = "membership.view_policy"
ADD_POLICY = "membership.add_policy"
CHANGE_POLICY = "membership.change_policy"
CHANGE_PROFILE = "membership.change_profile"
APPROVE_PROFILE = "membership.approve_profile"
MANAGE_BENEFICIARIES = "membership.manage_beneficiaries"
APPROVE_BENEFICIARY = "membership.approve_beneficiary"
VIEW_BIOMETRIC = "membership.view_biometric"
ADD_BIOMETRIC = "membership.add_biometric"
VERIFY_BIOMETRIC = "membership.verify_biometric"
MATCH_BIOMETRIC = "membership.match_biometric"
ISSUE_CARD = "membership.issue_card"
VERIFY_CARD = "membership.verify_card"
COLLECT_PREMIUM = "billing.collect_premium"
VIEW_PROVIDER = "providers.view_provider"
ADD_PROVIDER = "providers.add_provider"
CHANGE_PROVIDER = "providers.change_provider"
VIEW_SCHEME = "insurance.view_scheme"
ADD_SCHEME = "insurance.add_scheme"
DELETE_SCHEME = "insurance.delete_scheme"
VERIFY_COVERAGE = "insurance.verify_coverage"
VIEW_ACCUMULATOR = "insurance.view_accumulator"
CHANGE_CODES = "claims.change_codes"
REQUEST_PREAUTH = "claims.request_preauth"
APPROVE_PREAUTH = "claims.approve_preauth"
VIEW_DOCUMENT = "documents.view_document"
ADD_DOCUMENT = "documents.add_document"
DELETE_DOCUMENT = "documents.delete_document"
VERIFY_DOCUMENT = "documents.verify_document"
CHANGE_ACCUMULATOR = "insurance.change_accumulator"
VIEW_CLAIM = "claims.view_claim"
ADD_CLAIM = "claims.add_claim"
DELETE_CLAIM = "claims.delete_claim"
CHANGE_CLAIM = "claims.change_claim"
ASSIGN_CLAIM = "claims.assign_claim"
REVIEW_CLAIM = "claims.review_claim"
VIEW_DISPUTE = "claims.view_dispute"
ADD_DISPUTE = "claims.add_dispute"
DECIDE_DISPUTE = "claims.decide_dispute"
RUN_CASCADE = "claims.run_cascade"
PREPARE_CLAIM = "claims.prepare_claim"
APPROVE_CLAIM = "claims.approve_claim"
REJECT_CLAIM = "claims.reject_claim"
INVESTIGATE_FRAUD = "claims.investigate_fraud"
VIEW_PAYMENT = "claims.view_payment"
PROCESS_PAYMENT = "claims.process_payment"
HANDLE_FAILURES = "core.handle_failures"
VIEW_NOTICE = "notifications.view_notice"
SEND_NOTICE = "notifications.send_notice"
VIEW_LEAD = "sales.view_lead"
ADD_LEAD = "sales.add_lead"
CHANGE_LEAD = "sales.change_lead"
ASSIGN_LEAD = "sales.assign_lead"
DELETE_LEAD = "sales.delete_lead"
CONVERT_LEAD = "sales.convert_lead"
VIEW_CASE = "underwriting.view_case"
ADD_CASE = "underwriting.add_case"
CHANGE_CASE = "underwriting.change_case"
APPROVE_CASE = "underwriting.approve_case"
REJECT_CASE = "underwriting.reject_case"
VIEW_BORDEREAU = "reinsurance.view_bordereau"
VIEW_TREATY = "reinsurance.view_treaty"
PLACE_TREATY = "reinsurance.add_treaty"
CHANGE_TREATY = "reinsurance.change_treaty"
PREPARE_REPORT = "reinsurance.prepare_report"
APPROVE_REPORT = "reinsurance.approve_report"

PERMISSIONS = frozenset(
    value
    for name, value in list(globals().items())
    if name.isupper() and isinstance(value, str) and "." in value
)

_STAFF_READS = {
    OWN_ACCOUNT, VIEW_MEMBER, VIEW_POLICY, VIEW_PROVIDER, VIEW_SCHEME, VERIFY_COVERAGE,
    VIEW_ACCUMULATOR, VIEW_CLAIM, VIEW_PAYMENT, VIEW_DOCUMENT, VIEW_DISPUTE, VERIFY_CARD,
}  # fmt: skip
_SERVES_MEMBERS = {
    CHANGE_PROFILE, APPROVE_PROFILE, MANAGE_BENEFICIARIES, ISSUE_CARD, VIEW_BIOMETRIC,
    ADD_BIOMETRIC, VERIFY_BIOMETRIC,
}  # fmt: skip
_HANDLES_CLAIMS = {
    CHANGE_CLAIM, ADD_DISPUTE,
    ADD_CLAIM, DELETE_CLAIM, PREPARE_CLAIM, APPROVE_CLAIM, REJECT_CLAIM, REQUEST_PREAUTH,
    APPROVE_PREAUTH, ADD_DOCUMENT, DELETE_DOCUMENT, VERIFY_DOCUMENT,
}  # fmt: skip
_UNDERWRITES = {
    VIEW_CASE, ADD_CASE, CHANGE_CASE, APPROVE_CASE, REJECT_CASE, ADD_POLICY, APPROVE_BENEFICIARY,
}  # fmt: skip

ROLES: dict[str, frozenset[str]] = {
    "super_admin": PERMISSIONS,
    "admin": PERMISSIONS,
    "customer_service": frozenset(
        _STAFF_READS
        | {VIEW_NOTICE, SEND_NOTICE}
        | {ADD_MEMBER, CHANGE_MEMBER, ADD_POLICY, CHANGE_POLICY, ADD_CLAIM}
        | {REQUEST_PREAUTH, ADD_DOCUMENT}
        | _SERVES_MEMBERS
    ),
    "claims_processor": frozenset(_STAFF_READS | _HANDLES_CLAIMS),
    "claims_manager": frozenset(
        _STAFF_READS
        | _HANDLES_CLAIMS
        | {CHANGE_CODES, CHANGE_ACCUMULATOR, VIEW_BORDEREAU}
        | {ASSIGN_CLAIM, DECIDE_DISPUTE, RUN_CASCADE, VIEW_NOTICE, SEND_NOTICE}
    ),
    "medical_reviewer": frozenset(_STAFF_READS | {REVIEW_CLAIM}),
    "medical_examiner": frozenset(_STAFF_READS | {VIEW_CASE, CHANGE_CASE}),
    "fraud_investigator": frozenset(_STAFF_READS | {INVESTIGATE_FRAUD, REJECT_CLAIM}),
    "finance_officer": frozenset(
        _STAFF_READS
        | {COLLECT_PREMIUM, PROCESS_PAYMENT, CHANGE_POLICY, VIEW_BORDEREAU}
        | {VIEW_TREATY, PREPARE_REPORT}
    ),
    "reinsurance_manager": frozenset(
        {OWN_ACCOUNT, VIEW_BORDEREAU, VIEW_TREATY, PLACE_TREATY, CHANGE_TREATY, PREPARE_REPORT}
        | {APPROVE_REPORT}
    ),
    "underwriter": frozenset(_STAFF_READS | _UNDERWRITES),
    "senior_underwriter": frozenset(_STAFF_READS | _UNDERWRITES | {CHANGE_POLICY}),
    "sales_manager": frozenset(
        {OWN_ACCOUNT, VIEW_MEMBER, VIEW_POLICY, VIEW_SCHEME, VIEW_PROVIDER, ADD_MEMBER, ADD_CASE}
        | {VIEW_LEAD, ADD_LEAD, CHANGE_LEAD, ASSIGN_LEAD, DELETE_LEAD, CONVERT_LEAD}
    ),
    "auditor": frozenset(
        _STAFF_READS | {VIEW_USER, VIEW_ROLE, VIEW_ACCESS} | {VIEW_CASE, VIEW_BORDEREAU}),
    "actuary": frozenset({OWN_ACCOUNT, VIEW_SCHEME, VIEW_PROVIDER, VIEW_BORDEREAU}),
    "provider": frozenset(
        {
            OWN_ACCOUNT, VIEW_PROVIDER, VIEW_SCHEME, VERIFY_COVERAGE, VIEW_CLAIM, ADD_CLAIM,
            DELETE_CLAIM, VIEW_PAYMENT, REQUEST_PREAUTH, VIEW_DOCUMENT, ADD_DOCUMENT,
            VERIFY_CARD, VERIFY_BIOMETRIC,
        }
    ),
    "member": frozenset(
        {
            OWN_ACCOUNT, VIEW_MEMBER, VIEW_POLICY, VIEW_PROVIDER, VIEW_SCHEME, VERIFY_COVERAGE,
            VIEW_ACCUMULATOR, VIEW_CLAIM, ADD_CLAIM, VIEW_PAYMENT, REQUEST_PREAUTH,
            VIEW_DOCUMENT, ADD_DOCUMENT, CHANGE_PROFILE, MANAGE_BENEFICIARIES, VIEW_BIOMETRIC,
            VIEW_NOTICE,
        }
    ),
    "agent": frozenset(
        {OWN_ACCOUNT, VIEW_MEMBER, ADD_MEMBER, VIEW_POLICY, VIEW_PROVIDER, VIEW_SCHEME}
        | {VIEW_LEAD, ADD_LEAD, CHANGE_LEAD, CONVERT_LEAD}
    ),
    "reinsurer": frozenset({OWN_ACCOUNT, VIEW_TREATY, VIEW_BORDEREAU}),
    "api_user": frozenset(
        _STAFF_READS
        | {ADD_MEMBER, CHANGE_MEMBER, ADD_POLICY, CHANGE_POLICY, ADD_CLAIM, ADD_PROVIDER}
    ),
}  # fmt: skip

ONESELF = frozenset({OWN_ACCOUNT})
STEP_UP = frozenset({APPROVE_CLAIM, PROCESS_PAYMENT})
"""Approvals of money: whoever gives one has shown a code of their authenticator not long ago."""

OUTSIDE = frozenset({Kind.MEMBER, Kind.PROVIDER, Kind.AGENT, Kind.REINSURER})
OUTSIDE_ROLES = {kind: str(kind) for kind in OUTSIDE}


def counted(kind: Kind, roles: Iterable[str]) -> frozenset[str]:
    """The roles that count: outside users have that of their kind, whatever was written down."""
    if kind in OUTSIDE:
        return frozenset(roles) & {OUTSIDE_ROLES[kind]}
    return frozenset(roles)


Own = Mapping[str, frozenset[str]]
"""Permissions of the roles that an insurer has defined for itself."""


def permitted(kind: Kind, roles: Iterable[str], own: Own = MappingProxyType({})) -> frozenset[str]:
    """All permissions of some roles. An unknown role holds none."""
    nothing: frozenset[str] = frozenset()
    return nothing.union(
        *(ROLES.get(role) or own.get(role, nothing) for role in counted(kind, roles))
    )


def own_roles(
    defined: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    named: Collection[str] = frozenset(),
) -> Own:
    """What each role permits together with those it inherits; permissions that neither the
    software nor the insurer has `named` count for nothing."""
    known = PERMISSIONS | set(named)
    found: dict[str, frozenset[str]] = {}
    for role in defined:
        seen: set[str] = set()
        held: set[str] = set()
        waiting = [role]
        while waiting:
            code = waiting.pop()
            if code in seen:
                continue
            seen.add(code)
            if code in ROLES:
                held |= ROLES[code]
            elif code in defined:
                own, inherits = defined[code]
                held |= set(own) & known
                waiting += inherits
        found[role] = frozenset(held)
    return found
