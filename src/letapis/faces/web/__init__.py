"""The web desk: server-rendered pages on loopback that work without script.

A section of the desk is one module in ``views`` and needs no other file to be changed: see ``views/__init__.py``.
"""
