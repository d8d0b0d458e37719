"""The record of acts: one line for each act, in the act's own transaction, never changed afterwards.

Each line carries the digest of the one before it, so that a line altered or removed outside the program shows. The
trail is also the outbox: what follows an act (a job, a mail) is deferred when its line is written, and is undone with it.
"""
