"""The sheets of the workbook of one case, one module each."""
