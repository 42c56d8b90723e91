"""What is sent as a document is what it says and harmless, or it is refused or cleaned."""

import io

import pytest
from PIL import Image

from adapters.uploads import LONGEST_NAME, UploadRefused, cleaned
from tests.adapters.uploads_corpus import (
    CLEANED,
    JPEG,
    PDF,
    PNG,
    REFUSED,
    SECRET,
    Sent,
    pdf,
    picture,
)

LARGEST = 1_000_000


def test_there_are_fifty_ways_to_do_harm() -> None:
    assert len(REFUSED) + len(CLEANED) >= 50


@pytest.mark.parametrize("sent", REFUSED, ids=lambda sent: sent.about)
def test_harmful_files_are_refused(sent: Sent) -> None:
    with pytest.raises(UploadRefused):
        cleaned(sent.name, sent.media_type, sent.content, LARGEST)


@pytest.mark.parametrize("sent", CLEANED, ids=lambda sent: sent.about)
def test_what_is_hidden_in_a_picture_or_its_name_does_not_stay(sent: Sent) -> None:
    clean = cleaned(sent.name, sent.media_type, sent.content, LARGEST)
    assert SECRET not in clean.content
    assert b"<script" not in clean.content
    assert b"PK\x03\x04" not in clean.content
    assert clean.name.isprintable()
    assert not set(clean.name) & set('/\\<>:"|?*')
    assert len(clean.name) <= LONGEST_NAME
    with Image.open(io.BytesIO(clean.content)) as image:
        assert not image.getexif()
        assert image.size == (8, 6)


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [
        ("ankara.pdf", PDF, pdf()),
        ("ankara.PDF", PDF, pdf(behind=b"\r\n\r\n")),
        ("picha.jpeg", JPEG, picture("JPEG")),
        ("picha ya dawa.png", PNG, picture("PNG")),
    ],
)
def test_honest_files_are_taken(name: str, media_type: str, content: bytes) -> None:
    clean = cleaned(name, media_type, content, LARGEST)
    assert (clean.name, clean.media_type) == (name, media_type)
    assert clean.content if media_type != PDF else clean.content == content


def test_a_picture_drawn_anew_is_the_same_each_time() -> None:
    one, other = (cleaned("a.png", PNG, picture(), LARGEST) for _ in range(2))
    assert one == other
