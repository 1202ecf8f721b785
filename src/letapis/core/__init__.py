"""The rules: pure functions over immutable values, standard library only, no clock and no input or output."""
