"""The demo's year, played over HTTP as a portal would: enrol, claim, decide, pay, show."""
