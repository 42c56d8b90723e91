"""What is true in a health insurer's ledger: values in, values out, nothing from outside."""
