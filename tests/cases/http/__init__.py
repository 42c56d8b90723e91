"""Case files played over HTTP: the product is published, people enrolled, claims submitted."""
