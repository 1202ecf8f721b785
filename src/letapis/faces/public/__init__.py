"""The public site: static pages in three languages from one snapshot, without script, for any web server and for Tor Browser at its safest."""
