"""The web pages; the only place that imports streamlit."""
