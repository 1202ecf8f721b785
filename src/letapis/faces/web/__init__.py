"""The web desk: server-rendered pages on loopback that work without script.

A section of the desk is one module in ``views`` and needs no other file to be changed: see ``views/__init__.py``.
Importing this package names Django's settings, because the database engine configures Django with its own least ones when nobody did;
so a process that serves pages imports it before anything of the desk.
"""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "letapis.faces.web.settings"
