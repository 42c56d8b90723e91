"""What cover costs, how long it lasts and how a premium is earned."""
