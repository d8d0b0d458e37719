"""Tables in and out: any list leaves as a workbook and comes back as a difference, shown before it is applied.

Nouns: Table, Batch. No domain noun: what a column means is told by the room that reads or writes it.
"""
