"""What a process needs to live: its locks and port, its log, its garbage collector, its loops over due rows."""
