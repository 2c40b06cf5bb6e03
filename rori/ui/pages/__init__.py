"""One module per page, each with a function `page`."""
