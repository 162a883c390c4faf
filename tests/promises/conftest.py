"""What is kept for another tree is no test of this one."""

collect_ignore = ["echo_channel"]
