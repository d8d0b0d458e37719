"""What people are told: notices in their language, in the inbox, by e-mail at once or once a day, and to programs by hooks.

Nouns: notice, taste, letter, hook, call. A room that has something to tell names topic, sentence and readers; what a topic
means is not known here.
"""
