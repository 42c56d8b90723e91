"""What of reinsurance can be read: treaties, their versions, and the reports on them."""

from api.resources import Resource
from api.roles import VIEW_BORDEREAU, VIEW_TREATY
from projections import reports, treaties

TREATIES = Resource(
    "treaty", treaties.TREATIES, treaties.PROJECTION, VIEW_TREATY, ordering="from_on,priority,code"
)
TREATY_VERSIONS = Resource(
    "version", treaties.VERSIONS, treaties.PROJECTION, VIEW_TREATY, ordering="-treaty_version"
)
TREATY_REPORTS = Resource(
    "report", reports.REPORTS, reports.PROJECTION, VIEW_BORDEREAU, ordering="-known_at"
)
