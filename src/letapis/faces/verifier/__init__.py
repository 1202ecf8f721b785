"""The one-file verifier that travels inside every case file: ``verify.py`` runs alone, without letapis, on Python 3.9 and later."""
