"""What an auditor asks for once, and which requirements of all frameworks it meets."""
