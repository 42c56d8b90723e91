"""What `bima evidence` puts beside the evidence: the one file that checks it."""
