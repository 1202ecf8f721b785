"""What people and partners touch: the command line, the web desk, the verifier."""
