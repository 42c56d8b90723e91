"""Notice: what a member was told, once."""

from domain.decider import Decider
from domain.notice.decide import NoticeCommand, decide
from domain.notice.events import NoticeEvent
from domain.notice.state import Notice, NotTold, evolve

NOTICE: Decider[Notice, NoticeCommand, NoticeEvent] = Decider("notice", NotTold(), decide, evolve)
