"""Due work: turns, deliveries, notices and background jobs, claimed by lease."""
