"""What stands around every request of the web process: headers, hosts, time limits, health."""
