"""A document is added once, gets better copies, and is looked at by somebody else."""

from dataclasses import replace

from domain.document import DOCUMENT
from domain.document.decide import (
    AddDocument,
    AddVersion,
    RejectDocument,
    VerifyDocument,
    WithdrawDocument,
)
from domain.document.events import (
    DocumentAdded,
    DocumentRejected,
    DocumentVerified,
    DocumentVersionAdded,
    DocumentWithdrawn,
    Kind,
    StoredFile,
)
from tests.support.sample_facts import CLAIM, MEMBER, PROVIDER
from tests.support.scenario import given

FIRST = StoredFile("application/pdf", 48_211, "a" * 64, "a" * 64)
BETTER = replace(FIRST, sha256="b" * 64)
ADD = AddDocument(CLAIM, "CLM-1", MEMBER, PROVIDER, Kind.INVOICE, "ankara.pdf", FIRST, "muhimbili")
ADDED = DocumentAdded(
    CLAIM, "CLM-1", MEMBER, PROVIDER, Kind.INVOICE, "ankara.pdf", FIRST, "muhimbili"
)


def test_a_document_is_added_once() -> None:
    given(DOCUMENT).when(ADD).then(ADDED).when(ADD).then_refused("document.already_added")


def test_the_same_content_again_is_no_new_version() -> None:
    (
        given(DOCUMENT, ADDED)
        .when(AddVersion("again.pdf", FIRST, "muhimbili"))
        .then_nothing()
        .when(AddVersion("better.pdf", BETTER, "muhimbili"))
        .then(DocumentVersionAdded(2, "better.pdf", BETTER, "muhimbili"))
    )


def test_it_is_verified_once_by_somebody_else() -> None:
    added = given(DOCUMENT, ADDED)
    added.when(VerifyDocument("muhimbili")).then_refused("document.same_person")
    added.when(VerifyDocument("neema")).then(DocumentVerified(1, "neema")).when(
        VerifyDocument("neema")
    ).then_nothing()


def test_a_rejection_says_why_and_a_better_copy_is_looked_at_again() -> None:
    added = given(DOCUMENT, ADDED)
    added.when(RejectDocument("neema", ())).then_refused("document.rejected_without_reason")
    (
        added.when(RejectDocument("neema", ("UNREADABLE",)))
        .then(DocumentRejected(1, "neema", ("UNREADABLE",)))
        .when(AddVersion("better.pdf", BETTER, "muhimbili"))
        .then(DocumentVersionAdded(2, "better.pdf", BETTER, "muhimbili"))
        .when(VerifyDocument("neema"))
        .then(DocumentVerified(2, "neema"))
    )


def test_what_was_taken_back_is_left_alone() -> None:
    given(DOCUMENT).when(WithdrawDocument("twice", "neema")).then_refused("document.not_found")
    (
        given(DOCUMENT, ADDED)
        .when(WithdrawDocument("twice", "neema"))
        .then(DocumentWithdrawn("twice", "neema"))
        .when(VerifyDocument("neema"))
        .then_refused("document.withdrawn")
    )
