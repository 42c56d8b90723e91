"""What can happen to the words of a notice: versions of them, the latest in force."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeTemplatePublished:
    """`words` hold places for values in braces, such as {number}; `version` counts from 1."""

    code: str
    version: int
    subject: str
    words: str
    published_by: str


NoticeTemplateEvent = NoticeTemplatePublished
