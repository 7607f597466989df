"""The phrases by which people change their places, and coordinators run sessions.

They are written as `patterns` reads them; a session's code is taken out before they are looked
for, so that "move S26-014" is met as "move".
"""

from bot.understanding.patterns import any_of, words_of

MY_OWN = any_of(r"""
    my; (?<!show )(?<!tell )(?<!give )(?<!send )(?<!let )(?<!for )me; mine; myself
    (?:im|i am|ive|i have) (?:booked )?on
""")
"""Speaks of one's own place, and not of a session as coordinators do."""

ASKS = any_of(r"""
    ^(?:why|when|where|who|what|which|how|has|have|had|is|isnt|are|was|were|did|does|do|will)
""")
"""Begins as a question does, and so asks for nothing to be done."""

COMING = any_of(
    r"""
    ^(?:(?:yes|yep|yeah|yup|hi|hello|hey|ok|okay|sure|great|lovely|perfect|thanks|thank you|
      of course|definitely|no problem|no worries|all good|and|so|just|this is|to|confirming|
      confirm|i confirm|i can confirm|that) )*(?:im|i am|ill|i will|i shall|i can|we are|
      i plan to) (?:still |definitely |certainly |absolutely |also |happy to |able to |going to |
      planning to |looking forward to )*(?:be )?(?:(?:coming|comming|come)(?! ELSE)|there|at$|
      attending|attend|make it)
    ^(?:yes |yep |yeah |yup |still )+(?:coming|comming)$
""".replace("ELSE", "(?:down|off|out|back|from|up|round|over|to the end)")
)
"""Says that one is coming. "Ill" is how "I’ll" is read here: whoever is ill says more than that."""

NOT_SURE_TO_COME = any_of(r"""
    if; unless; might; may; maybe; perhaps; probably; possibly; hopefully; hope; hoping; try
    trying; not; cant; wont; dont; no longer; instead; depends; unsure; think; should; sorry; but
""")
"""Leaves open whether one is coming, or says that one is not."""

NOT_COMING = any_of(r"""
    (?:cant|wont|couldnt|unable to|not able to|not) (?:\S+ )?(?:come|coming|make|attend|attending)
""")

NOBODY = any_of(r"""
    no one; noone; nobody; no colleagues?; none of my (?:colleagues|team)
    (?:cant|couldnt) find (?:a colleague|someone|anyone|somebody|anybody)
""")
"""There is no colleague who could go."""

SUBSTITUTE = any_of(r"""
    instead of (?:me|myself); in (?:my|mine) (?:place|stead); in place of me; on my behalf
    (?<!\bi )(?:go|goes|going|come|comes|coming|attend|attends|attending|there|along) instead(?:|
      (?! of)|(?= of (?:me|myself)))
    (?:colleagues?|someone|somebody|anyone|else|manager|deputy) .. instead(?! of (?!me|myself))
    sending (?:\S+ ){0,4}?(?:colleagues?|someone|somebody|manager|deputy|worker|member|him|her|
      instead)
    (?:replace|swap|substitute) me (?:with|for|by); replacement for me; sub for me; substitutes?
    (?:stand|step|fill|cover|standing|stepping|filling|covering) (?:in )?for me
    (?<!else )(?<!one )(?<!body )(?<!they )(?:can|could|will|to) (?:have|take|take over|
      use) my PLACE(?! back)
    can (?!some|any|else|they|i\b)(?:\S+ ){1,5}?(?:have|take|use) (?:over )?my PLACE
    (?:give|pass|hand|offer) my PLACE .. to (?:a|my|another) (?:\S+ )?colleague
    transfer my (?:PLACE|booking) .. to (?:a|my|another) (?:\S+ )?colleague
    (?:give|pass|hand|offer) my PLACE (?:\S+ ){0,5}?to (?!the|some|any|who|others|an?\b|my|next)\S+
""")
"""A colleague is to go in one's own place."""

TRANSFER = any_of(r"""
    (?:change|move|swap|switch|reschedule|rebook|amend|postpone|rearrange|changing|moving|
      swapping|switching|rescheduling|defer) (?:\S+ ){0,4}?my (?:\S+ ){0,4}?(?:dates?|bookings?|
      place|places|space|spot|seat|sessions?|day|time|course|training)
    (?:change|move|swap|switch|changing|swapping|switching) (?:the )?dates?
    (?:change|move|swap|switch) (?:\S+ ){0,6}?(?:to|for|onto) (?:a |an |the )?(?:another|
      different|later|earlier|other|next|new) (?:date|day|time|session|one)
    (?:change|move|swap|switch|reschedule|rebook|postpone) me
    (?:reschedule|rebook|postpone) (?:\S+ ){0,6}?(?:to|for|onto) (?:a |an |the )?(?:another|
      different|later|earlier|other|next|new) (?:date|day|time|session|one)
    (?:reschedule|rebook|postpone|rearrange); transfer; transferring
    (?:can|could|may|shall|should) i (?:\S+ ){0,6}?instead(?! of)
    (?:cant|wont|couldnt|unable|not able) (?:\S+ ){0,9}?(?:another|different|other|later|
      earlier) (?:date|day|session|one)
    (?:another|different|other|later|earlier) (?:date|day|session|one) instead
""")
"""One's own place is to be changed for one on another date."""

CANCEL_SESSION = any_of(r"""
    cancel(?:ling)? (?:the |this |that |whole |entire |our )*(?:session|date)
    (?:call|calling) (?:\S+ ){0,3}?off; call it off
    (?:not|isnt|wont|cant|no longer) (?:be |going to )*(?:go|going) ahead
    (?:not|isnt|wont|cant|no longer) (?:be |going to )*(?:run|running|take place|taking place)
""")

MOVE_SESSION = any_of(r"""
    move; moving; reschedule; rescheduling; postpone; postponing; rearrange; rearranging
    bring forward; (?:push|put) back
    (?:change|changing|update|edit|set) (?:\S+ ){0,3}?(?:venue|room|location|link|times?)
    (?:change|changing|update|edit|set) (?:\S+ ){0,3}?(?:date|day) .. session
    new (?:venue|room|location|link|time|date|day) (?:of|for)
""")

MANAGE_SESSION = any_of(r"""
    manage; managing; administer; settings; edit; editing; confirm (?:the |this )?session
    (?:change|changing|set|raise|increase|reduce|cut|lower|update|add|adding|
      double) (?:\S+ ){0,3}?(?:places|spaces|spots|seats|capacity|size|numbers|trainers?)
    capacity; reserve (?:\S+ ){0,3}?(?:places|spaces|spots|seats)
""")

ROSTER = any_of(r"""
    roster; rosters; register of; participants?; delegates?; attendees?
    (?<!waiting )(?<!wait )(?:list|names) (?:of|for|on)
    (?:who|whos|whove) (?:\S+ ){0,2}?(?:coming|come|booked|attending|attend|going|registered|
      enrolled|waiting|signed)
    (?:whos|who is|who are) on; who have (?:i|we) got; bookings (?:for|of|on)
    (?:class|attendance|booking) list
""")

SOMEBODY = any_of(r"""
    (?:book|put|sign|add|enrol|register|get) (?:up )?(?:him|her|them|someone|somebody|people|
      a practitioner|practitioners|another person)
    (?:book|booking) (?:\S+ )?for (?:him|her|them|someone|somebody)
""")
"""Somebody else is to be booked, and not a colleague of one's own."""

ADD_SESSION = any_of(r"""
    (?:add|adding|create|plan|schedule|set up|put on|arrange|organise) (?:a |an |another |one |
      more |new |extra |further |additional |second )+(?:sessions?|dates?|course date)
    (?:add|create|plan|schedule|set up|put on|arrange|organise) (?:a |an )?(?:another|new|extra|
      further|additional) (?!person|people|place|colleague)(?:\S+ ){1,3}?(?:session|date)
    (?:add|create|plan|arrange|organise) (?:sessions?|dates?) (?:for|of|to|on)
    we need (?:a |an |another |one more |new |extra |additional |further )+(?:session|date)
    ^(?:please )?(?:a |an )?(?:(?:new|extra|additional|further) )+(?:session|date) (?:for|of|to|on)
""")

COURSE_CHECKS = any_of(r"""
    booking checks?; (?:clash|repeat|level|duplicate|prerequisite) checks?; checks (?:of|for|on)
""")

WANTS_NEWS = any_of(r"""
    TELL_ME (?:when|if|once|as soon as) (?:there is|there are|theres|there will be|you have|
      you add|you get|you run|a|an|any|some|more|new|another|further|future|other|extra|
      additional) (?:\S+ ){0,6}?(?:dates?|sessions?|ones?|again)
    TELL_ME (?:when|if|once|as soon as) (?:\S+ ){0,7}?(?:again|comes up|come up|back on|
      announced|scheduled|(?:has|have|gets?) (?:a |any |new )*dates?)
    TELL_ME (?:of|about|on) (?:a |an |any |all |the )?(?:new|next|future|further|more|
      other) (?:dates?|sessions?)
    (?:register|registering|express|expressing|note|log|record) (?:my |an |our )?interest
    (?:on|onto|to|join) the interest list
    interested in (?:\S+ ){0,3}?(?:future|new|another|next|later|further) (?:dates?|sessions?)
""")
"""Wants to hear of the next date of a course."""

WANTS_NO_NEWS = any_of(r"""
    (?:withdraw|remove|cancel|drop|delete) (?:my )?interest
    (?:off|from|leave) the interest list
    (?:stop|dont) (?:tell|telling|notify|notifying|inform|informing) me (?:when|if|of|about)
""")

MY_SESSIONS = any_of(r"""
    my sessions; sessions (?:that )?i (?:am )?(?:teach|teaching|run|running|deliver|delivering|
      lead|leading)
    (?:am|do|will|have) i (?:be |got to |to )?(?:teach|teaching|run|running|deliver|delivering|
      lead|leading)
    im (?:teaching|delivering|running|leading); my teaching
""")

CLASHES = any_of(r"""
    clashes; clashing; (?:session|trainer|venue|room)s? clash; conflicts
    double booked (?:trainers?|venues?|rooms?); (?:trainers?|venues?|rooms?) double booked
""")

CHARGES = any_of(
    r"charges; fines; who owes(?: us)?(?: money)?; (?:waive|settle) (?:a |the )?charge"
)

COMMAND_WORDS = words_of(list(vars().values()))
