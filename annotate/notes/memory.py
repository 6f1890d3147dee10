"""How much is remembered of the commits that were read.

In a backfill, a commit is in several ranges: those of release candidates are in the range of the
release, too. So what is costly is found out once for each commit, subject or person.
"""

#: Commits, subjects or people: more than most releases have with all of their candidates.
REMEMBERED = 8_192
