"""A flow as a picture: where its boxes stand, how its lines run, the SVG of it. No JavaScript."""
