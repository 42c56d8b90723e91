"""What we allow for the words of notices: places that can be filled, and nothing left unfilled."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.notice_template.events import NoticeTemplatePublished
from domain.notice_template.state import NoticeTemplate, NotPublished, Published
from domain.refusals import RuleBroken, WrongStage

_PLACE = re.compile(r"\{([a-z][a-z_]{0,29})\}")
INSURER = "insurer"
"""The place that we fill ourselves."""
LONGEST = 600
"""Four text messages; a longer one is cut by those who deliver."""


@dataclass(frozen=True, slots=True)
class PublishTemplate:
    code: str
    subject: str
    words: str
    published_by: str


def decide(template: NoticeTemplate, command: PublishTemplate) -> Sequence[NoticeTemplatePublished]:
    """Raises RuleBroken `notice_template.place_unreadable`."""
    for field, text in (("subject", command.subject), ("words", command.words)):
        if "{" in _PLACE.sub("", text) or "}" in _PLACE.sub("", text):
            raise RuleBroken(
                "notice_template.place_unreadable",
                "a place is written like {number}: a name of small letters in braces",
                field=field,
            )
    known = template if isinstance(template, Published) else None
    if known and (known.subject, known.words) == (command.subject, command.words):
        return []
    version = known.version + 1 if known else 1
    return [
        NoticeTemplatePublished(
            command.code, version, command.subject, command.words, command.published_by
        )
    ]


def published(template: NoticeTemplate) -> Published:
    """The words in force if there are any; otherwise the refusal."""
    if isinstance(template, NotPublished):
        raise WrongStage("notice_template.not_found", "there are no such words", field="template")
    return template


def places(text: str) -> frozenset[str]:
    """What has to be filled in."""
    return frozenset(_PLACE.findall(text))


def filled(text: str, values: Mapping[str, str], longest: int = LONGEST) -> str:
    """The words with their values; raises RuleBroken `notice.value_missing`, `notice.too_long`."""
    missing = sorted(places(text) - set(values))
    if missing:
        raise RuleBroken(
            "notice.value_missing", f"say what {', '.join(missing)} is", field="values"
        )
    words = _PLACE.sub(lambda place: values[place[1]], text)
    if len(words) > longest:
        raise RuleBroken(
            "notice.too_long", f"{len(words)} characters; {longest} are sent at most", field="words"
        )
    return words
