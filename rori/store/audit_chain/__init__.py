"""The audit log as a chain: each entry carries the hash of the one before, so that a later change shows."""
