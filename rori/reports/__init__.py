"""The deliverables: the only place that reads and writes Office files."""
