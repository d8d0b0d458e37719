"""The ideas every room shares: who acts, what is refused, what stands in the way, when, and in which words.

Nothing here knows a noun of the domain. The four words (`Actor`, `Refusal`, `Finding`, partial dates) are free of
Django; `tables` and `faces` are where the database and the web meet them.
"""
