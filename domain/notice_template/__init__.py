"""The words of notices that an insurer publishes, version by version."""

from domain.decider import Decider
from domain.notice_template.decide import PublishTemplate, decide
from domain.notice_template.events import NoticeTemplateEvent
from domain.notice_template.state import NoticeTemplate, NotPublished, evolve

NOTICE_TEMPLATE: Decider[NoticeTemplate, PublishTemplate, NoticeTemplateEvent] = Decider(
    "notice_template", NotPublished(), decide, evolve
)
