"""Users and roles: who may sign in, and what ends when something is taken away."""

from uuid import UUID

import pytest

from domain.refusals import AlreadyTaken, RuleBroken, WrongStage
from domain.role import ROLE
from domain.role.decide import ChangeRole, DefineRole, RemoveRole
from domain.role.events import RoleChanged, RoleDefined, RoleRemoved
from domain.user import USER
from domain.user.decide import (
    AddFactor,
    AddUser,
    ChangePassword,
    ChangeRoles,
    ChangeUser,
    EndAllSessions,
    EndSession,
    LockUser,
    RefuseSignIn,
    RemoveFactor,
    RemoveUser,
    RequestReset,
    SignIn,
    UnlockUser,
    VerifyEmail,
)
from domain.user.events import (
    UserAdded,
    UserChanged,
    UserEmailVerified,
    UserLocked,
    UserPasswordChanged,
    UserPasswordResetRequested,
    UserRemoved,
    UserRolesChanged,
    UserSecondFactorAdded,
    UserSecondFactorRemoved,
    UserSessionEnded,
    UserSignedIn,
    UserSignInRefused,
    UserUnlocked,
)
from tests.support.scenario import given

DESK, HOME = UUID(int=1), UUID(int=2)
added = UserAdded("wema", "Wema Juma", "staff", ("auditor",))
here, there = UserSignedIn(DESK, ("password",)), UserSignedIn(HOME, ("password", "totp"))
own = RoleDefined("night_desk", "Night desk", ("claims.view_claim",))


def test_a_user_is_added_once_with_each_role_once() -> None:
    (
        given(USER)
        .when(AddUser(" wema ", "Wema Juma", "staff", ("auditor", "auditor")))
        .then(added)
        .when(AddUser("wema", "Wema Juma", "staff", ("auditor",)))
        .then_refused("user.already_added", WrongStage)
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (AddUser("a", "A", "visitor", ("auditor",)), "user.unknown_kind"),
        (AddUser("a", "A", "member", ("member",)), "user.subject_missing"),
        (AddUser("  ", "A", "staff", ("auditor",)), "user.username_missing"),
        (AddUser("a", "A", "staff", ()), "user.no_role"),
    ],
)
def test_a_user_that_makes_no_sense_is_refused(command: AddUser, code: str) -> None:
    given(USER).when(command).then_refused(code, RuleBroken)


def test_a_withdrawn_role_ends_every_sign_in_and_a_granted_one_none() -> None:
    (
        given(USER, added, here, there)
        .when(ChangeRoles(("auditor", "actuary")))
        .then(UserRolesChanged(("actuary", "auditor"), ("actuary",), ()))
        .when(ChangeRoles(("actuary",)))
        .then(
            UserRolesChanged(("actuary",), (), ("auditor",)),
            UserSessionEnded(DESK, "roles changed"),
            UserSessionEnded(HOME, "roles changed"),
        )
        .when(ChangeRoles(("actuary",)))
        .then_nothing()
    )


def test_locked_out_all_sign_ins_end_and_only_once() -> None:
    (
        given(USER, added, here)
        .when(LockUser("on leave"))
        .then(UserLocked("on leave"), UserSessionEnded(DESK, "locked"))
        .when(LockUser("on leave"))
        .then_nothing()
        .when(UnlockUser("back"))
        .then(UserUnlocked("back"))
        .when(UnlockUser("back"))
        .then_nothing()
    )


def test_a_new_password_ends_every_sign_in_but_this() -> None:
    (
        given(USER, added, here, there)
        .when(ChangePassword("changed", but=DESK))
        .then(UserPasswordChanged("changed"), UserSessionEnded(HOME, "password changed"))
    )


def test_a_sign_in_ends_once() -> None:
    (
        given(USER, added, here, there)
        .when(EndSession(DESK, "signed out"))
        .then(UserSessionEnded(DESK, "signed out"))
        .when(EndSession(DESK, "signed out"))
        .then_nothing()
        .when(EndAllSessions("revoked"))
        .then(UserSessionEnded(HOME, "revoked"))
    )


def test_another_address_is_to_be_verified_anew() -> None:
    story = (
        given(USER, added)
        .when(ChangeUser("Wema Juma", "wema@example.org"))
        .then(UserChanged("Wema Juma", "wema@example.org"))
        .when(VerifyEmail())
        .then(UserEmailVerified())
        .when(VerifyEmail())
        .then_nothing()
        .when(ChangeUser("Wema Juma", "other@example.org"))
        .then(UserChanged("Wema Juma", "other@example.org"))
    )
    story.when(VerifyEmail()).then(UserEmailVerified())


def test_a_second_factor_is_added_and_removed_once() -> None:
    (
        given(USER, added)
        .when(AddFactor("totp"))
        .then(UserSecondFactorAdded("totp"))
        .when(AddFactor("totp"))
        .then_nothing()
        .when(RemoveFactor("totp"))
        .then(UserSecondFactorRemoved("totp"))
        .when(RemoveFactor("totp"))
        .then_nothing()
    )


def test_who_was_removed_is_not_there_any_more() -> None:
    removed = (
        given(USER, added, here)
        .when(RemoveUser("left"))
        .then(UserRemoved("left"), UserSessionEnded(DESK, "removed"))
    )
    removed.when(ChangeUser("Wema", "")).then_refused("user.not_found", WrongStage)
    removed.when(RefuseSignIn("locked")).then(UserSignInRefused("locked"))


def test_tries_for_nobody_leave_no_trace() -> None:
    given(USER).when(RefuseSignIn("password")).then_nothing()
    given(USER).when(RequestReset()).then_nothing()
    given(USER, added).when(RequestReset()).then(UserPasswordResetRequested())
    given(USER, added).when(SignIn(DESK, ("password",))).then(here)


def test_a_role_of_the_software_changes_only_with_a_release() -> None:
    built_in = RoleDefined("auditor", "Auditor", ("claims.view_claim",), built_in=True)
    role = given(ROLE, built_in)
    role.when(ChangeRole("Auditor", ())).then_refused("role.built_in", RuleBroken)
    role.when(RemoveRole("no use")).then_refused("role.built_in", RuleBroken)
    role.when(ChangeRole("Auditor", (), by_release=True)).then(RoleChanged("Auditor", ()))
    role.when(ChangeRole("Auditor", ("claims.view_claim",), by_release=True)).then_nothing()


def test_a_role_of_ones_own_is_defined_changed_removed_and_defined_again() -> None:
    (
        given(ROLE)
        .when(DefineRole("night_desk", "Night desk", ("claims.view_claim", "claims.view_claim")))
        .then(own)
        .when(DefineRole("night_desk", "Night desk", ()))
        .then_refused("role.already_defined", AlreadyTaken)
        .when(ChangeRole("Night desk", (), ("night_desk",)))
        .then_refused("role.inherits_itself", RuleBroken)
        .when(RemoveRole("closed"))
        .then(RoleRemoved("closed"))
        .when(RemoveRole("closed"))
        .then_refused("role.not_found", WrongStage)
        .when(DefineRole("night_desk", "Night desk", ("claims.view_claim",)))
        .then(own)
    )
    given(ROLE).when(DefineRole("Night Desk", "", ())).then_refused("role.bad_code", RuleBroken)
