"""The exact engine: the annual loss as a compound distribution, by Fourier transform instead of by chance."""
