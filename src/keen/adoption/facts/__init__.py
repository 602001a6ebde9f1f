"""Facts of adoption: what each person did on each day, in files of columns beside the usage events.

A day is a folder with one file for each table, written whole, put in place by one rename, and never changed afterwards:
a newer folder of the day takes its place. So whatever dies when, a day is there once, old or new.
"""
