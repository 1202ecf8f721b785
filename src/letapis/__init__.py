"""letapis: testimony that becomes a record which outlives its keepers."""

__version__ = "0.1.0"
