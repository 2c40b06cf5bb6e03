"""What a user does, one function each: load, compute, save, report. Knows no Streamlit, SQL or Office file."""
