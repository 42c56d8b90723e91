"""Document: a paper that belongs to a claim, such as an invoice or a prescription, in versions."""

from domain.decider import Decider
from domain.document.decide import DocumentCommand, decide
from domain.document.events import DocumentEvent
from domain.document.state import Document, NotAdded, evolve

DOCUMENT: Decider[Document, DocumentCommand, DocumentEvent] = Decider(
    "document", NotAdded(), decide, evolve, state_version=2
)
