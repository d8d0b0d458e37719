"""What came of an activity: the answers of those who were there, and the report of its provider.

Nouns: survey, ticket, answer, activity report. An answer never knows who gave it.
"""
