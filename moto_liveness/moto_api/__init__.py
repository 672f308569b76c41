"""Seeding over HTTP: routes beside moto's own, under /moto-api."""
