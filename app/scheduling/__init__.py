"""Finding a date: polls about when a meeting can be, and the hours that are best, with who bears the bad one.

Who runs a poll reads answers only where the poll says so; a respondent reads his own, whatever else he may read here.
"""
