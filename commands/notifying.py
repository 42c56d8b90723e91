"""What somebody of the insurer wants members told, and the words that are kept for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from adapters.envelope import Change
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.ids import notice_template_id
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.notice import NOTICE
from domain.notice.decide import RequestNotice
from domain.notice_template import NOTICE_TEMPLATE
from domain.notice_template.decide import INSURER, PublishTemplate, filled, published
from domain.notice_template.state import Published
from domain.refusals import RuleBroken

MOST_AT_ONCE = 200


def publish_template(desk: Desk, context: Context, request: PublishTemplate) -> Outcome:
    """Publish the words of a notice, or their next version: the same code is the same notice."""

    def decide() -> Decision:
        which = notice_template_id(request.code)
        loaded = desk.store.load(NOTICE_TEMPLATE, which)
        facts = NOTICE_TEMPLATE.decide(loaded.state, request)
        after = NOTICE_TEMPLATE.fold(facts, loaded.state)
        answer = {"id": str(which), "code": request.code, "version": published(after).version}
        return Decision((changed(loaded, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`template` names published words, whose places `values` fill; without one `subject` and
    `words` are the message itself."""

    member_ids: tuple[UUID, ...]
    template: str = ""
    values: Mapping[str, str] | None = None
    subject: str = ""
    words: str = ""
    about: UUID | None = None
    number: str = ""


def send_notices(desk: Desk, context: Context, request: Wanted) -> Outcome:
    """Ask for a notice to each member; the workers deliver them, behind everything else.

    Raises WrongStage `notice_template.not_found`, `member.not_enrolled`; RuleBroken
    `notice.says_nothing`, `notice.value_missing`, `notice.too_long`, `notice.to_whom`.
    """

    def decide() -> Decision:
        if not 0 < len(set(request.member_ids)) == len(request.member_ids) <= MOST_AT_ONCE:
            raise RuleBroken(
                "notice.to_whom", f"name 1 to {MOST_AT_ONCE} different members", field="member_ids"
            )
        subject, words = _said(desk, request)
        number = request.number or request.template or "message"
        changes: list[Change] = []
        for member_id in request.member_ids:
            enrolled(desk.store.load(MEMBER, member_id).state)
            loaded = desk.store.load(NOTICE, desk.ids.new())
            command = RequestNotice(
                request.template or "message", member_id, request.about or member_id, number,
                subject, words, context.actor,
            )  # fmt: skip
            changes.append(changed(loaded, NOTICE.decide(loaded.state, command)))
        ids = [str(change.loaded.stream_id) for change in changes]
        return Decision(tuple(changes), {"id": ids[0], "notices": ids})

    return carry_out(desk.store, context, decide)


def _said(desk: Desk, request: Wanted) -> tuple[str, str]:
    """Subject and words with their values filled in."""
    values = {**(request.values or {}), INSURER: desk.couriers.insurer}
    if request.template:
        own: Published = published(
            desk.store.load(NOTICE_TEMPLATE, notice_template_id(request.template)).state
        )
        return filled(own.subject, values), filled(own.words, values)
    if not request.words.strip():
        raise RuleBroken("notice.says_nothing", "name a template, or give words", field="words")
    # Words that are given as they are have no places: braces in them are braces.
    return request.subject or desk.couriers.insurer or "Notice", request.words
