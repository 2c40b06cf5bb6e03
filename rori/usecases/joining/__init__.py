"""The join: answers and evidence meet measures and money, by control id."""
