"""The command line of Truceline."""
