"""The phrases by which trainers keep registers, and coordinators ask who did not come.

They are written as `patterns` reads them; a session's code is taken out before they are looked
for, so that "register for S26-014" is met as "register for".
"""

from bot.understanding.patterns import any_of, words_of

REGISTER = any_of(r"""
    (?:attendance )?registers?; (?:take|mark|record) (?:the )?attendance
""")

REGISTER_OF = any_of(r"""
    ^(?:please )?(?:(?:show|open|take|mark|keep|do|see|close|complete|fill in) )?(?:me )?(?:(?:the|
      my) )?(?:attendance )?register(?: for| of| on)?$
    ^(?:please )?(?:take|mark|record) (?:the )?attendance(?: for| of| on| at)?$
""")
"""Names the register of the session whose code stood beside it, and nothing more."""

REGISTER_FOR = any_of(r"^(?:please )?register (?:for|on)$")
"""May mean the register of a session, or a place on it."""

REGISTER_OF_COURSE = any_of(r"""
    (?:the|attendance) register (?:for|of|on); register of
    (?:show|open|take|keep|close) (?:the |my )?register (?:for|of|on)
""")
"""Names the register of a course; "register for neglect" alone books it."""

TURNED_UP = any_of(r"""
    (?:who|how many|whos|did (?:everyone|everybody|anyone|people)) (?:\S+ ){0,3}?(?:turned up|
      turn up|showed up|show up|came|attended|was there|were there|missed|absent)
""")
"""Asks what became of a session, or of a course."""

NO_SHOWS = any_of(r"""
    no shows?; noshows?; non attendance; (?:no show|non attendance|attendance) (?:rates?|figures?|
      numbers?|statistics?|stats)
    (?:who|how many|people who|anyone who) (?:\S+ ){0,3}?(?:didnt|did not|not) (?:turn up|show up|
      come|attend)
""")

REPEATED = any_of(r"""
    (?:who|whos|people|anyone|those|practitioners|staff) (?:\S+ ){0,2}?(?:keeps?|repeatedly|
      regularly|always|often|frequently) (?:miss|misses|missing|missed|on missing|not turning up|
      not showing up|not coming|failing)
    (?:repeat|repeated|repeating|serial|frequent|persistent) (?:no shows?|noshows?|non attendance|
      absences?|absentees?)
    (?:missed|missing) (?:two|several|more than one|many) (?:sessions|courses|trainings?)
""")
"""Asks who did not come several times."""

BY_AGENCY = any_of("(?:by|per|each|every|which) (?:agency|agencies)")
BY_MONTH = any_of("(?:by|per|each|every|which) months?; monthly")

COMMAND_WORDS = words_of(list(vars().values()))
