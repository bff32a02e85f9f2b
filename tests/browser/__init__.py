"""The HTML report in headless Chromium: run by `nox -s browser`, left out by the default run."""
