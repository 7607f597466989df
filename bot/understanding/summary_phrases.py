"""The phrases by which trainers and coordinators ask what people answered.

They are written as `patterns` reads them.
"""

from bot.understanding.patterns import any_of, words_of

SUMMARY = any_of(r"""
    ^(?:please )?(?:(?:show|give|see|get) )?(?:me )?(?:(?:the|a|my|our) )?(?:evaluations? |
      )?(?:summary|summaries)
    (?:results|summary) of (?:the )?evaluations?
""")
"""Asks for a summary of evaluations; what of stands beside it."""

LAST_SESSION = any_of(r"""
    (?:my|our|the) (?:last|latest|most recent|previous) session; last session
""")

COMMAND_WORDS = words_of(list(vars().values()))
