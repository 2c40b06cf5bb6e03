"""Parts of pages, by subject."""
