"""Report: a bordereau on its way, from the draft to the settled balance."""

from domain.decider import Decider
from domain.report.decide import ReportCommand, decide
from domain.report.events import ReportEvent
from domain.report.state import NotDrafted, Report, evolve

REPORT: Decider[Report, ReportCommand, ReportEvent] = Decider(
    "report", NotDrafted(), decide, evolve
)
