"""What coordinators do to sessions: add, move, cancel and confirm them, and name their trainers.

views · queries (whom a change touches, trainers, history, places lost, other dates, interest) ·
clashes (`clashes_with`, `coming_clashes`) · adding (`add_session`) · cancelling (`cancel_session`)
· moving (`move_session`, `change_places`, `keep_place`) · trainers (`set_trainers`) · tentative
(`confirm_session`) · interest (`register_interest`, `withdraw_interest`) · roster, person and
roster_views (who is on a session, for its trainers and coordinators, and what acting for somebody
comes to; the acting itself is in `bookings.for_others`).
"""
