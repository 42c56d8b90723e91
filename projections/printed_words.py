"""The words on what Bima prints for members and providers, one column a language.

English is the language of the ledger; Swahili is that of most who read the letters. A reason or a
part that stands in no row is printed by its code, never left out.
"""

from collections.abc import Mapping
from enum import StrEnum

from projections.words.sentence import Sentence


class Language(StrEnum):
    ENGLISH = "en"
    SWAHILI = "sw"


LABELS: Mapping[str, Sentence] = {
    "eob": Sentence("Explanation of benefits", "Ufafanuzi wa mafao"),
    "remittance": Sentence("Remittance advice", "Hati ya malipo"),
    "not_a_bill": Sentence("This is not a bill.", "Hii si ankara."),
    "policy_schedule": Sentence("Policy schedule", "Jedwali la bima"),
    "holder": Sentence("Policy holder", "Mmiliki wa bima"),
    "premium": Sentence("Premium", "Ada ya bima"),
    "unpaid": Sentence("Unpaid", "Haijalipwa"),
    "covered": Sentence("Who is covered", "Wanaohudumiwa"),
    "instalments": Sentence("Instalments", "Awamu za malipo"),
    "due_on": Sentence("Due on", "Tarehe ya kulipa"),
    "from": Sentence("From", "Kuanzia"),
    "until": Sentence("Until, not with", "Hadi kabla ya"),
    "born_on": Sentence("Born on", "Tarehe ya kuzaliwa"),
    "good_before": Sentence("Good before", "Inatumika kabla ya"),
    "claim": Sentence("Claim", "Dai"),
    "claims": Sentence("Claims", "Madai"),
    "member": Sentence("Member", "Mwanachama"),
    "provider": Sentence("Provider", "Mtoa huduma"),
    "policy": Sentence("Policy", "Hati ya bima"),
    "plan": Sentence("Plan", "Mpango"),
    "invoice": Sentence("Invoice", "Ankara"),
    "service": Sentence("Service", "Huduma"),
    "service_days": Sentence("Days of service", "Siku za huduma"),
    "received": Sentence("Received", "Lilipokelewa"),
    "decided": Sentence("Decided", "Liliamuliwa"),
    "status": Sentence("Status", "Hali"),
    "line": Sentence("No.", "Na."),
    "quantity": Sentence("Quantity", "Idadi"),
    "billed": Sentence("Billed", "Kilichodaiwa"),
    "allowed": Sentence("Allowed", "Kilichokubaliwa"),
    "write_off": Sentence("Written off by the provider", "Punguzo la mtoa huduma"),
    "balance_bill": Sentence("Above the agreed price", "Zaidi ya bei iliyokubaliwa"),
    "deductible": Sentence("Deductible", "Kiasi cha kuanzia"),
    "copay": Sentence("Copay", "Mchango maalum"),
    "coinsurance": Sentence("Coinsurance", "Mchango wa asilimia"),
    "over_limit": Sentence("Above a limit", "Zaidi ya kikomo"),
    "not_covered": Sentence("Not covered", "Hakilipiwi"),
    "plan_pays": Sentence("The plan pays", "Bima inalipa"),
    "member_pays": Sentence("The member pays", "Mwanachama analipa"),
    "together": Sentence("Together", "Jumla"),
    "who_bears": Sentence("Who bears what", "Nani analipa nini"),
    "why": Sentence("Why", "Sababu"),
    "used": Sentence("What this claim used", "Kilichotumika na dai hili"),
    "left_before": Sentence("Left before", "Kilichobaki kabla"),
    "left_after": Sentence("Left after", "Kilichobaki baada"),
    "payment": Sentence("Payment", "Malipo"),
    "paid": Sentence("Paid", "Kimelipwa"),
    "paid_on": Sentence("Paid on", "Kililipwa tarehe"),
    "paid_to": Sentence("Paid to", "Kililipwa kwa"),
    "to_be_paid": Sentence("To be paid", "Kitakacholipwa"),
    "account": Sentence("Account", "Akaunti"),
    "bank_reference": Sentence("Bank reference", "Kumbukumbu ya benki"),
    "period": Sentence("Period", "Kipindi"),
    "page": Sentence("Page", "Ukurasa"),
    "steps": Sentence("Step by step", "Hatua kwa hatua"),
    "rules": Sentence("Rules of the plan: version {0}", "Masharti ya mpango: toleo {0}"),
    "questions": Sentence(
        "If you do not agree with this decision you may dispute it; name the claim's number.",
        "Kama hukubaliani na uamuzi huu unaweza kuupinga; taja namba ya dai.",
    ),
    "to_recover": Sentence("To be recovered", "Kitakachorudishwa"),
}  # fmt: skip

STAGES: Mapping[str, Sentence] = {
    "adjudicated": Sentence("Decided, waits for approval", "Limeamuliwa, linasubiri idhini"),
    "approved": Sentence("Approved", "Limeidhinishwa"),
    "denied": Sentence("Denied", "Limekataliwa"),
    "paid": Sentence("Paid", "Limelipwa"),
    "closed": Sentence("Closed", "Limefungwa"),
    "reversed": Sentence("Taken back", "Limebatilishwa"),
    "replaced": Sentence("Replaced", "Limebadilishwa"),
    "disputed": Sentence("Disputed", "Linabishaniwa"),
    "reopened": Sentence("Reopened", "Limefunguliwa tena"),
}

REASONS: Mapping[str, Sentence] = {
    "DATE_INVALID": Sentence(
        "The days of service are missing or not possible.",
        "Tarehe za huduma hazipo au haziwezekani.",
    ),
    "MEMBER_INVALID": Sentence(
        "The member's record is not valid.", "Kumbukumbu ya mwanachama si halali."
    ),
    "NO_COVERAGE": Sentence(
        "No policy covered the member on the day of service.",
        "Hakuna bima iliyomhusu mwanachama siku ya huduma.",
    ),
    "ALL_LINES_REJECTED": Sentence(
        "None of the services is covered.", "Hakuna huduma yoyote inayolipiwa."
    ),
    "REVIEWER_REJECTED": Sentence(
        "A medical reviewer did not accept the service.",
        "Mkaguzi wa tiba hakuikubali huduma hii.",
    ),
    "REVIEWED": Sentence(
        "A medical reviewer accepted a smaller quantity.",
        "Mkaguzi wa tiba alikubali idadi ndogo zaidi.",
    ),
    "CODE_INVALID": Sentence(
        "The service code is not known or no longer in use.",
        "Namba ya huduma haijulikani au haitumiki tena.",
    ),
    "NOT_ON_PRICE_LIST": Sentence(
        "The service is not on the provider's price list for that day.",
        "Huduma haimo kwenye orodha ya bei ya mtoa huduma ya siku hiyo.",
    ),
    "CARE_TYPE": Sentence(
        "The service does not go with this kind of stay or facility.",
        "Huduma hailingani na aina ya matibabu au kituo.",
    ),
    "PATIENT_GROUP": Sentence(
        "The service is not meant for a patient of this age or sex.",
        "Huduma hii si ya mgonjwa wa umri au jinsia hii.",
    ),
    "FREQUENCY": Sentence(
        "The service was used too recently or too often.",
        "Huduma imetumika karibuni mno au mara nyingi mno.",
    ),
    "NOT_COVERED": Sentence(
        "The plan does not cover this service.", "Mpango haulipii huduma hii."
    ),
    "AGE_LIMIT": Sentence(
        "The plan covers this service for other ages only.",
        "Mpango unalipia huduma hii kwa umri mwingine tu.",
    ),
    "WAITING_PERIOD": Sentence(
        "The waiting period for this service was not over.",
        "Muda wa kusubiri wa huduma hii ulikuwa haujaisha.",
    ),
    "QTY_LIMIT": Sentence(
        "More units than the plan covers in this period.",
        "Idadi imezidi inayolipiwa katika kipindi hiki.",
    ),
    "VISIT_LIMIT": Sentence(
        "The visits of this year are used up.", "Idadi ya ziara za mwaka huu imekwisha."
    ),
    "MAX_SURGERIES": Sentence(
        "The operations of this period are used up.",
        "Idadi ya upasuaji wa kipindi hiki imekwisha.",
    ),
    "MAX_DELIVERIES": Sentence(
        "The deliveries of this period are used up.",
        "Idadi ya kujifungua ya kipindi hiki imekwisha.",
    ),
    "MAX_ANTENATAL": Sentence(
        "The antenatal visits of this period are used up.",
        "Idadi ya ziara za kliniki ya ujauzito imekwisha.",
    ),
    "MAX_ADMISSIONS": Sentence(
        "The hospital stays of this period are used up.",
        "Idadi ya kulazwa ya kipindi hiki imekwisha.",
    ),
    "MAX_CONSULTATIONS": Sentence(
        "The consultations of this period are used up.",
        "Idadi ya kumwona daktari ya kipindi hiki imekwisha.",
    ),
    "MAX_VISITS": Sentence(
        "The visits of this period are used up.", "Idadi ya ziara za kipindi hiki imekwisha."
    ),
    "UNIT_CAP": Sentence(
        "The plan pays a fixed amount for a unit.", "Mpango unalipa kiasi maalum kwa kila kimoja."
    ),
    "SERVICE_MAX": Sentence(
        "Above the most that the plan pays for such a service.",
        "Zaidi ya kiwango cha juu kwa huduma hii.",
    ),
    "CATEGORY_LIMIT": Sentence(
        "The year's limit for this kind of care is reached.",
        "Kikomo cha mwaka cha aina hii ya huduma kimefikiwa.",
    ),
    "CATEGORY_LIFETIME_LIMIT": Sentence(
        "The lifetime limit for this kind of care is reached.",
        "Kikomo cha maisha cha aina hii ya huduma kimefikiwa.",
    ),
    "CATEGORY_AMOUNT": Sentence(
        "Above the most that the plan pays for such a claim.",
        "Zaidi ya kiwango cha juu kwa dai la aina hii.",
    ),
    "ANNUAL_LIMIT": Sentence(
        "The member's limit for the year is reached.",
        "Kikomo cha mwaka cha mwanachama kimefikiwa.",
    ),
    "FAMILY_LIMIT": Sentence(
        "The family's limit for the year is reached.",
        "Kikomo cha mwaka cha familia kimefikiwa.",
    ),
    "LIFETIME_LIMIT": Sentence(
        "The member's lifetime limit is reached.", "Kikomo cha maisha cha mwanachama kimefikiwa."
    ),
    "CEILING": Sentence(
        "The ceiling of the policy is reached.", "Kiwango cha juu cha hati ya bima kimefikiwa."
    ),
}  # fmt: skip


BALANCES: Mapping[str, Sentence] = {
    "member deductible": Sentence("Deductible of the member", "Kiasi cha kuanzia cha mwanachama"),
    "family deductible": Sentence("Deductible of the family", "Kiasi cha kuanzia cha familia"),
    "claim deductible": Sentence("Deductible of the claim", "Kiasi cha kuanzia cha dai"),
    "member oop": Sentence("Most that the member pays", "Kikomo cha mchango wa mwanachama"),
    "family oop": Sentence("Most that the family pays", "Kikomo cha mchango wa familia"),
    "annual_limit": Sentence("Annual limit", "Kikomo cha mwaka"),
    "annual limit": Sentence("Annual limit", "Kikomo cha mwaka"),
    "family_annual_limit": Sentence("Annual limit of the family", "Kikomo cha mwaka cha familia"),
    "lifetime_limit": Sentence("Lifetime limit", "Kikomo cha maisha"),
    "category_limit": Sentence("Limit for this kind of care", "Kikomo cha aina hii ya huduma"),
    "ceiling": Sentence("Ceiling of the policy", "Kiwango cha juu cha hati ya bima"),
}


def balance(name: str, language: Language) -> str:
    """What a deductible, maximum or limit is called; a plan's own name for it as it stands."""
    told = said(BALANCES, name, language)
    return name.replace("_", " ") if told == name else told


def said(words: Mapping[str, Sentence], code: str, language: Language) -> str:
    """What a code is called in a language; the code itself where nobody has said it."""
    sentence = words.get(code)
    if sentence is None:
        return code
    return (sentence.sw if language is Language.SWAHILI else "") or sentence.en


def label(name: str, language: Language) -> str:
    """A word of ours on a printed page; raises KeyError for one that there is not."""
    sentence = LABELS[name]
    return sentence.sw if language is Language.SWAHILI else sentence.en


def reason(code: str, language: Language) -> str:
    """A reason as a sentence."""
    return said(REASONS, code, language)
