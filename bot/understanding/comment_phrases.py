"""The phrases by which coordinators ask for comments, written as `patterns` reads them."""

from bot.understanding.patterns import any_of, words_of

HELD = any_of(r"""
    (?:held|withheld|hidden)(?: back)? (?:comments?|feedback|answers?)
    (?:comments?|feedback|answers?) (?:that are |which are )?(?:held|on hold|withheld)(?: back)?
    comments? (?:to (?:look at|check|review|release)|(?:waiting|needing) .. (?:look|review|release))
    (?:release|review|check|correct) (?:the |a )?(?:held )?comments?
""")
"""Asks for the comments that somebody has to look at before trainers see them."""

COMMAND_WORDS = words_of(list(vars().values()))
