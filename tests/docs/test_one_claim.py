"""The page that follows one claim runs as it stands, and the figures it names come out."""

import re
from pathlib import Path

import pytest

from tests.docs.followed import followed


@pytest.mark.long
def test_the_claim_of_the_documents_is_followed_to_its_payment(tmp_path: Path) -> None:
    said = followed("flows/one-claim.md", tmp_path)
    assert '"rule": "claim.same_person"' in said.replace('":"', '": "')
    assert re.search(r'"plan_pays": "730000\.00"', said), "what would be paid"
    assert re.search(r'"left": "1700000\.00"', said), "what is left of the year's limit"
    assert re.search(r'"what": "paid",\s+"year": "2025-01-01",\s+"amount_minor": 103000000', said)
    assert re.search(r'"payable": "730000\.00",\s+"paid": "730000\.00"', said)
    for letter in ("eob.pdf", "eob-sw.pdf", "remittance.pdf"):
        assert (tmp_path / "BIMA_HOME" / letter).read_bytes().startswith(b"%PDF-")
