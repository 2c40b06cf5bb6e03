"""The inventory as people see it: one sheet per kind, flat rows, units; and its way to and from the model's objects."""
