"""What goes in: estimates, systems and what their interruption costs, the case, and what measures change."""
