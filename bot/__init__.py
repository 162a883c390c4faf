"""One turn of the dialogue; the modules are its steps: receive, understand, decide, apply, deliver."""
