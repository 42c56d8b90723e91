"""What the commands for actuaries share: options, pictures, the closing of months."""
