"""Tags and filters of the desk's templates; ``desk`` is loaded in every template by itself."""
