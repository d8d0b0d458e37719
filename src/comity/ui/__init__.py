"""The look and the frame of every page: base pages, components, the one style sheet, the map.

It knows how a state, a period or a party is shown, not what they are. It refuses to hold a domain noun, to query a
table, or to know another room.
"""
