"""Security guarantees: whether they hold, what sets them off, which clocks run, and what became of each duty."""
