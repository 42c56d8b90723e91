"""Code: an entry of a list that claims are written in, such as a service, a good or a diagnosis."""

from domain.code.decide import CodeCommand, decide
from domain.code.events import CodeEvent
from domain.code.state import Code, NotPublished, evolve
from domain.decider import Decider

CODE: Decider[Code, CodeCommand, CodeEvent] = Decider("code", NotPublished(), decide, evolve)
