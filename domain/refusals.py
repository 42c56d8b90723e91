"""Why a command may not be carried out.

A refusal changes nothing and carries a stable code (`aggregate.rule`). A *denial* is not a
refusal: it is a business outcome and therefore an event.
"""

from collections.abc import Mapping


class Refused(Exception):
    """A command that may not be carried out; `code` is stable and published in the docs."""

    def __init__(self, code: str, detail: str, **facts: object) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.facts: Mapping[str, object] = facts

    def __reduce__(self) -> tuple[object, ...]:
        return _refused_again, (type(self), self.code, self.detail, dict(self.facts))


class WrongStage(Refused):
    """The thing exists, but stands at a stage where this command makes no sense."""


class RuleBroken(Refused):
    """The stage is right, but a rule of the business forbids it."""


class AlreadyTaken(RuleBroken):
    """A value that must be unique (a national id, an invoice number) belongs to something else."""


def _refused_again(
    kind: type[Refused], code: str, detail: str, facts: Mapping[str, object]
) -> Refused:
    return kind(code, detail, **facts)
