"""Running an activity: joining instructions, who was there, and the certificate they take home.

Nouns: instruction, presence, sheet, certificate.
"""
