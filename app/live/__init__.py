"""Live hints, presence and limits: in the memory of one process, or between processes by files, PostgreSQL or Redis."""
