"""The forms of a report, each made from the JSON."""
