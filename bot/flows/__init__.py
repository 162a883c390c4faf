"""One guided flow per file; requests and reports are driven by the town's service declarations."""
