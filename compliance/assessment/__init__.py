"""What was answered and proved, and what that says of each requirement, of each framework, and of what to do next."""
