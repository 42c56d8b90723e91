"""What `bima treaty`, `bima bordereau` and `bima verify-report` do."""
