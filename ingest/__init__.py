"""How papers come in: sources, PDFs, sections, passages."""
