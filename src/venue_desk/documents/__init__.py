"""Paper: PDF documents, and reading them back."""
