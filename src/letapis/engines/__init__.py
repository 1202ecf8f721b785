"""Everything that touches the world: database, keys, objects, relay, renderers, hostile files."""
