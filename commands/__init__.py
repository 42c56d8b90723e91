"""One function a use case: gather, decide, append."""
