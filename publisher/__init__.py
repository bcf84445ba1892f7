"""Publish a blog from Jupyter notebooks."""

__version__ = "0.1.0"
