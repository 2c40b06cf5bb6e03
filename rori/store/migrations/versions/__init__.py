"""One file per migration. A migration never changes once it is released; it knows no module that may change."""
