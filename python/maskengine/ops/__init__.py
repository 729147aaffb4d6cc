"""The operations: one file each, imported flat by the package."""
