"""What `bima ml` does, in parts: the claims, the keeping of models, and how it is told."""
