"""How a claim is decided: one engine, configured by product data."""
