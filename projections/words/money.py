"""What is paid, told, ceded and reported."""

from collections.abc import Mapping

from domain.cession import events as cession
from domain.movement_book import events as movement_book
from domain.notice import events as notice
from domain.notice_template import events as notice_template
from domain.payment import events as payment
from domain.programme import events as programme
from domain.reconciliation import events as reconciliation
from domain.report import events as report
from domain.treaty import events as treaty
from domain.treaty_account import events as treaty_account
from projections.words.sentence import Sentence

WORDS: Mapping[type, Sentence] = {
    payment.PaymentScheduled: Sentence(
        "payment {number} of {amount} for claim {claim_number} is owed to {payee_id}"
    ),
    notice.NoticeRequested: Sentence("{requested_by} wants the member told of {number} ({kind})"),
    notice_template.NoticeTemplatePublished: Sentence(
        "{published_by} published version {version} of the words of {code} notices"
    ),
    notice.NoticeSent: Sentence("told of {number} ({kind}) by {channel}"),
    notice.NoticeUndeliverable: Sentence("nobody could be told of {number} ({kind}): {reason}"),
    payment.PaymentCorrected: Sentence(
        "{corrected_by} sends the payment to another account; it waits for {waits_for}"
    ),
    payment.PaymentApproved: Sentence("the payment was approved by {approved_by}"),
    payment.PaymentInstructed: Sentence("the bank was asked to pay (instruction {instruction_id})"),
    payment.PaymentConfirmed: Sentence(
        "the bank paid on {paid_on} (its reference {bank_reference})"
    ),
    payment.PaymentFailed: Sentence("the bank did not pay: {reason}"),
    payment.PaymentReturned: Sentence("{amount} came back on {returned_on}: {reason}"),
    payment.PaymentCancelled: Sentence("the payment was cancelled: {reason}"),
    payment.RemittanceSent: Sentence(
        "the payee was told by {channel} that {amount} are for claim {claim_number} ({lines} lines)"
    ),
    payment.RemittanceUndeliverable: Sentence(
        "the payee could not be told that {amount} are for claim {claim_number}: {reason}"
    ),
    reconciliation.StatementReconciled: Sentence(
        "{reconciled_by} held the statement {statement} against our payments (run {run}): of "
        "{lines} lines {matched} agree, {differences:count} differences were told"
    ),
    treaty.TreatyPlaced: Sentence("treaty {code}, {name}, was placed on its slip"),
    treaty.TreatySigned: Sentence(
        "the treaty was signed by {signed_by} on {signed_on} with {participants:count} reinsurers"
    ),
    treaty.TreatyEndorsed: Sentence(
        "the terms were endorsed: version {treaty_version} holds from {effective_from}: {reason}"
    ),
    treaty.TreatyCancelled: Sentence("nothing is ceded from {from_on} on: {reason}"),
    treaty.TreatyCommuted: Sentence(
        "the treaty was commuted for {amount} on {commuted_on}: {reason}"
    ),
    treaty.PortfolioTransferred: Sentence(
        "a {portfolio} portfolio of {amount} was exchanged with {other} on {transferred_on}"
    ),
    programme.TreatyEnteredProgramme: Sentence(
        "treaty {code} cedes from now on, at priority {priority}: {period}"
    ),
    cession.LossCeded: Sentence(
        "claim {claim_number} moved by {incurred} incurred and {paid} paid; {lines:count} cessions "
        "were posted"
    ),
    cession.CessionRestruck: Sentence(
        "cessions were struck again and {lines:count} differences posted: {because}"
    ),
    cession.PremiumCeded: Sentence(
        "premium of {premium} of policy {policy_number} was ceded in {lines:count} lines"
    ),
    treaty_account.CashCalled: Sentence(
        "{amount} was called in cash for claim {claim_number} on {called_on}"
    ),
    treaty_account.AccountRendered: Sentence(
        "the account of {period} was rendered: balance {balance}, due on {due_on}"
    ),
    treaty_account.AccountSettled: Sentence("{amount} was settled on {settled_on} ({reference})"),
    report.ReportDrafted: Sentence(
        "version {report_version} of the {kind} bordereau of {period} on treaty {treaty} was "
        "drafted by {drafted_by}: {rows} rows as known at position {position}"
    ),
    report.ReportChecked: Sentence(
        "version {report_version} was checked by {checked_by}: {checks:count} checks hold"
    ),
    report.ReportApproved: Sentence("version {report_version} was approved by {approved_by}"),
    report.ReportIssued: Sentence(
        "version {report_version} was issued by {issued_by} on {issued_on}"
    ),
    report.ReportAcknowledged: Sentence(
        "version {report_version} was acknowledged by {acknowledged_by} on {acknowledged_on}"
    ),
    report.ReportDisputed: Sentence(
        "version {report_version} was disputed by {disputed_by} on {disputed_on}: {reason}"
    ),
    report.ReportSettled: Sentence(
        "version {report_version} was settled with {amount} on {settled_on} ({reference})"
    ),
    movement_book.MonthClosed: Sentence(
        "the month from {month} was closed at position {cut_off} with {rows} movements"
    ),
}
