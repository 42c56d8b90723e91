"""Use cases of identity: who may sign in, what roles permit, and signing in itself."""
