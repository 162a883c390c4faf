"""What is done about an act: one handler each, which reads no words and weighs nothing."""
