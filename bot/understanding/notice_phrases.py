"""The phrases by which coordinators ask what needs attention, and settle what people are sent.

They are written as `patterns` reads them.
"""

from bot.understanding.patterns import any_of, words_of

ATTENTION = any_of(r"""
    (?:what|whats|anything|something) (?:\S+ )?(?:needs?|needing|requires?) (?:my |our |
      any |some )?attention
    needs? (?:my |our )?attention; attention (?:needed|required); attention
    (?:coordinators? |daily |morning )?digest
""")
"""Asks what would go wrong without somebody."""

NOT_REACHED = any_of(r"""
    (?:who|whom|people|practitioners|staff|anyone|anybody|those|many) (?:\S+ ){0,3}?(?:cant|couldnt|
      not|isnt|arent|never|unable to) (?:\S+ ){0,3}?(?:reach|reached|contact|contacted|message|
      messaged|reachable|get hold of)
    unreachable; unreached
    (?:people|practitioners|staff|anyone|anybody|those|who|whos) (?:\S+ )?(?:without|not on|not in|
      not using|outside|isnt on|arent on|isnt in|arent in) teams
    (?:who|people|practitioners|staff) (?:dont have|doesnt have|havent got|hasnt got|have no|
      has no) teams
    (?:who|people|practitioners|staff|anyone) (?:\S+ )?(?:hears?|gets?) nothing
""")
"""Asks whom messages in Teams do not reach."""

NOTICES = any_of(r"""
    notices?; reminders?; joining instructions?; notifications? (?:of|for|on)
""")
"""Names what people are sent before a session; a course is named beside it."""

ONES_OWN = any_of(r"my; me; mine; i; im")
"""Speaks of what one gets oneself."""

COMMAND_WORDS = words_of(list(vars().values()))
