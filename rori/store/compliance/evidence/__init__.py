"""Evidence: items, their versions in the vault, what they are about, and how long they are kept."""
