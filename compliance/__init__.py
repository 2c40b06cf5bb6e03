"""The regulation: catalogues, controls, who a requirement applies to, and how far it is met. Pure; knows nothing of rori."""
