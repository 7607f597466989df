"""Sentences by which people say that they are coming, and such as only look like it.

Their form and their day are those of `sentences.py`.
"""

from tests.bot.understanding.sentences import Case

COMING: tuple[Case, ...] = (
    ("I'm coming", "say_coming_to", {}),
    ("I’m coming", "say_coming_to", {}),
    ("yes im comming", "say_coming_to", {}),
    ("yes coming", "say_coming_to", {}),
    ("I'm still coming", "say_coming_to", {}),
    ("we are coming", "say_coming_to", {}),
    ("yes I will be there", "say_coming_to", {}),
    ("ok ill be there thanks", "say_coming_to", {}),
    ("i'll be there 👍", "say_coming_to", {}),
    ("I can still come", "say_coming_to", {}),
    ("I will definitely be there", "say_coming_to", {}),
    ("just to confirm I will be there", "say_coming_to", {}),
    ("i confirm that i will attend", "say_coming_to", {}),
    ("I'll be there on Tuesday", "say_coming_to", {"day": "2025-01-14"}),
    ("thanks, I'll be there on Tuesday", "say_coming_to", {"day": "2025-01-14"}),
    ("I am coming on 14 March", "say_coming_to", {"day": "2025-03-14"}),
    ("I’m coming to the session this coming friday", "say_coming_to", {"day": "2025-01-10"}),
    ("I'm coming to S26-014", "say_coming_to", {"session_code": "S26-014"}),
    ("ill be at S26-014", "say_coming_to", {"session_code": "S26-014"}),
    ("I'm coming to neglect level 2", "say_coming_to", {"course": "C02"}),
    ("yes i will come to fgm tomorrow", "say_coming_to", {"course": "C12", "day": "2025-01-08"}),
    ("yes", "unclear", {"near": ()}),
    ("yes please", "unclear", {"near": ()}),
    ("coming", "unclear", {"near": ()}),
    ("am I coming?", "my_training", {}),
    ("when am I coming", "my_training", {}),
    ("I'm coming?", "unclear", {"near": ()}),
    ("are you coming", "unclear", {"near": ()}),
    ("I'm not coming", "my_training", {}),
    ("I won't be there", "my_training", {}),
    ("I might be coming", "unclear", {"near": ()}),
    ("I'm coming if I can", "unclear", {"near": ()}),
    ("I'm ill", "unclear", {"near": ()}),
    ("I am ill, I will not be there", "unclear", {"near": ()}),
    ("ill come back to this", "unclear", {"near": ()}),
    ("I'm coming down with flu", "unclear", {"near": ()}),
    ("I'm coming instead of Sam", "my_training", {}),
    ("who is coming to S26-014", "roster_named", {"session_code": "S26-014"}),
    ("can I come to neglect level 2", "book_course", {"course": "C02"}),
    ("what is coming up on 14 march", "search_courses", {"month": "2025-03"}),
)
