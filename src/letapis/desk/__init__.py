"""One function per thing a person does: permission, transaction, log entry."""
