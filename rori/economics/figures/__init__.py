"""What comes out: figures of risk and investment, and the way from a case to all of them."""
