"""What happens to users and roles."""

from collections.abc import Mapping

from domain.permission import events as permission
from domain.role import events as role
from domain.user import events as user
from projections.words.sentence import Sentence

WORDS: Mapping[type, Sentence] = {
    user.UserAdded: Sentence("a {kind} user may sign in as {roles}"),
    user.UserChanged: Sentence("the user's name or address was corrected"),
    user.UserRolesChanged: Sentence("the user's roles are now {roles}"),
    user.UserLocked: Sentence("the user was locked out: {reason}"),
    user.UserUnlocked: Sentence("the user may sign in again: {reason}"),
    user.UserRemoved: Sentence("the user was removed: {reason}"),
    user.UserPasswordChanged: Sentence("the password was {how}"),
    user.UserPasswordResetRequested: Sentence("a link to choose a new password was asked for"),
    user.UserEmailVerified: Sentence("the address was verified"),
    user.UserSecondFactorAdded: Sentence("a second factor counts from now on ({factor})"),
    user.UserSecondFactorRemoved: Sentence("a second factor was taken away ({factor})"),
    user.UserSignedIn: Sentence("the user signed in"),
    user.UserSignInRefused: Sentence("a try to sign in was turned away ({reason})"),
    user.UserSessionEnded: Sentence("a sign-in ended: {why}"),
    user.UserPasskeyAdded: Sentence("a passkey counts from now on"),
    user.UserPasskeyRenamed: Sentence("a passkey has another name from now on"),
    user.UserPasskeyRemoved: Sentence("a passkey was taken away"),
    user.UserProviderLinked: Sentence("{issuer} vouches for the user from now on"),
    user.UserKeyIssued: Sentence("key {name} opens {permissions:count} things until {expires_at}"),
    user.UserKeyRotated: Sentence("another key takes this one's place; it ends at {until}"),
    user.UserKeyRevoked: Sentence("a key was revoked: {why}"),
    user.UserKeyUsed: Sentence("a key was used, the first time on this day"),
    role.RoleDefined: Sentence("role {code} permits {permissions:count} things"),
    role.RoleChanged: Sentence("the role permits {permissions:count} things from now on"),
    role.RoleRemoved: Sentence("the role was taken out of use: {reason}"),
    permission.PermissionNamed: Sentence("permission {code} means: {meaning}"),
    permission.PermissionReworded: Sentence("the permission means: {meaning}"),
    permission.PermissionRetired: Sentence("the permission was taken out of use: {reason}"),
}
