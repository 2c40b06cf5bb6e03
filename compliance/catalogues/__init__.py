"""What frameworks ask for: requirements, frameworks in their versions, and what a new version changes."""
