"""The phrases by which a wish is known, as `patterns` reads them."""

from bot.understanding.patterns import any_of, words_of

THANKS = any_of(r"""
    thanks; thank; thankyou; cheers; ta; ok; okay; okey; great; lovely; perfect; brilliant; brill
    fab; fabulous; super; amazing; awesome; excellent; wonderful; fantastic; nice one; nice; cool
    good one; no worries; no problem; no thanks; no; nope; nah; nevermind; never mind; nvm; bye
    goodbye; got it; all good; all done; sounds good; appreciated; much appreciated; sorry$
    understood; noted; see you; have a good
""")

HELP = any_of(r"""
    help; helpme; hi; hello; hey; hiya; hullo; helo; yo; good (?:morning|afternoon|evening|day)
    morning; afternoon; evening; greetings; start; get started; getting started; begin; menu
    main menu; home; options; commands; instructions; guide; faq; info; information; test; testing
    how (?:\S+ ){1,3}works?
    (?:what|how) (?:can|do|does|should|shall|could|would|will) (?:you|i|we|it|this|the bot|that)
    what (?:are|is) (?:you|this); who (?:are|is) (?:you|this); are you (?:a|there|real)
    whats this; whos this; anyone there; anybody there; how are you; how to
    (?:im )?(?:stuck|lost|confused); dont (?:understand|know)
    (?:speak|talk|chat|write) (?:to|with) (?:a |an |the )?(?:human|person|someone|somebody|
      training team|coordinator)
    contact; phone number; real person
""")

GREETING = any_of(r"^(?:hi|hello|hey|hiya|good morning|good afternoon|good evening|morning)")

EVALUATION = any_of(r"""
    evaluate (?:my|the)(?: last| latest)? (?:course|session|training)
    (?:give|leave|send|write|fill in|do|complete)(?: you| some| my| the| an)?
      (?:evaluation|feedback)(?: form| sheet)?
    (?:my )?(?:evaluations?|feedback)(?: form| sheet)?; evaluate
""")

THANKED = any_of(r"^(?:many |ok |great )?(?:thanks|thank you|cheers)")

INTRODUCTION = any_of(r"(?:im|i am) (?:a|an|new|the)")

CONCERN = any_of(r"""
    (?:worried|concerned|scared|frightened) (?:about|for) (?:\S+ ){1,6}(?:child|children|baby|kid|
      pupil|student|patient|family|adult|girl|boy|person|colleague|resident|client)s?
    (?:report|raise|have|got|make|share|log) (?:\S+ ){0,3}(?:concern|concerns|referral|disclosure)
    (?:child|baby|kid|pupil|patient|adult|girl|boy|person) (?:\S+ )?(?:at risk|in danger|being hurt|
      being abused|being harmed|being neglected|disclosed|has disclosed)
    (?:who|where) .. (?:report|tell) .. (?:abuse|neglect|concern)
""")

WHY_WAITING = any_of(r"""
    why (?:\S+ ){0,4}(?:waiting|wait|waitlist|waitlisted|queue|queueing); why not me
    why (?:dont|havent|didnt|cant) i (?:have |got |get |given )*a? ?PLACE
    how (?:much )?longer? (?:do|will|must) i (?:have to )?wait
""")

AGENCIES_TO_CONFIRM = any_of(r"""
    agencies
    (?:confirm|approve|accept|check|confirming) (?:the |an |any |new |some )*(?:agency|agencies|
      people|requests?|practitioners?|staff)
    agency (?:requests?|confirmations?|approvals?); requests?; confirmations?; approvals?
    (?:who|anyone|anybody|people|practitioners|staff) .. (?:confirmation|confirming|confirmed|
      confirm|approval|approve|approving)
    (?:waiting|wait|need|needs|needing) (?:for |to be )?(?:confirmation|confirming|confirmed|
      approval|approved)
    anything to confirm; to confirm; pending
""")

MY_AGENCY = any_of(r"""
    (?:my|our) (?:\S+ )?agency; (?:which|what|whats|wrong|different|another|new|right) agency
    (?:change|update|switch|choose|set|pick|select|correct|edit|fix) .. (?:agency|employer|
      organisation|workplace)
    agency (?:is|am|do|has|wrong|changed?); my (?:new )?(?:employer|organisation|workplace)
    (?:changed|new|different|moved|switched|left) (?:my )?(?:jobs?|agency|employer|organisation)
    where do i work; who do i work for; which (?:organisation|employer)
""")

I_WORK_FOR = any_of(r"""
    i (?:now )?work (?:for|at|in); i am (?:from|based at|employed by)
    im (?:from|based at|employed by)
    (?:im|i am|ive|i have) (?:now |just )?(?:moved|joined|started|working) (?:to|at|with|for|in)
""")

CANCEL = any_of(r"""
    cancel; cancelling; cancellation; unbook; un book; withdraw; deregister; unenrol
    drop(?! me| in); dropping; pull(?:ing)? out; back out; duck out; opt out
    (?:give|giving|hand|handing) .. (?:back|up); (?:return|release|free up|let go of) my
    else can (?:have|take) my
    (?:remove|take|get) (?:me|my name|my place) (?:\S+ )?(?:off|out|from); come off; remove me
    leave the (?:waitlist|waiting list|wait list|queue|list)
    (?:cant|wont|couldnt|not able to|unable to|wont be able to|not going to|no longer|
      not gonna) (?:now |actually |be able to |be )*(?:come|make|attend|coming|making|attending|
      go|going|do|join|there)
    not (?:coming|attending); (?:cant|wont) be (?:there|at|on|in)
    (?:dont|do not|no longer) (?:want|need) (?:my|the|this|that|a) (?:place|space|spot|seat|
      booking)
    (?:dont|do not|no longer) want to (?:come|go|attend|do); (?:have|going|need|got) to miss
    will miss
""")

BOOK = any_of(r"""
    book(?! club); booking (?:on|onto|in|into|for|a|me|to); sign .. up; signing up; signup; enrol
    enroll; enrolling; register (?:me|us|for|on|onto|to|my); reserve; join; joining
    ^booking (?!history|records?|confirm|list|number|reference|details)(?=\S)
    (?:put|get|squeeze|fit|pop|stick|count) (?:me|my name) (?:down|on|onto|in|into|for|forward|a)
    add me
    (?:can|could|may) i (?:please )?(?:do|attend|go on|go to|come to|come on|come along|
      take part|(?:have|get) a PLACE|get on|get onto|be on|be added)
    (?:want|wanting|like|love|need|needs|wish|hoping|keen|able|have|got) to (?:do|attend|go on|
      go to|come to|come on|come along|take part|get on|get onto|get a PLACE|be on)
    interested in (?:doing|attending|going|coming|joining)
    (?:want|like|need|have|save|hold|secure|grab) (?:me )?(?:a|one|my) PLACE
    (?<!is there )(?:a|one) PLACE (?:on|for|at|in)
""")

LEAVE_AS_IT_IS = any_of(r"""
    (?:dont|do not|didnt|did not|never|not|without) (?:want to |need to |mean to |going to |
      yet |ever )*(?:cancel|cancelling|drop|withdraw|unbook|give|book|booking|sign|enrol|
      register|reserve|remove)
    (?:book|sign|put|add|enrol|register|for) (?:him|her|them|someone|somebody)
    (?:book|sign|put|add|enrol|register|for) (?:my|a|our|another|the) (?:\S+ )?(?:colleagues?|
      team|staff|manager|workers?|nurses?|teachers?|deputy|students?|trainees?|members?)
    how (?:do|can|to|would|should|does) (?:i |you |we |one )?(?:book|sign|enrol|register|
      reserve|join)
    (?:cant|couldnt|unable to|not able to|wont let me|tried to) (?:book|sign|enrol|register|find)
    (?:do|did|does|should|must|why) (?:i|we|you|my \S+) (?:need|have|want)? ?(?:to )?(?:do|
      attend|book|go|get)
""")
"""Speaks of booking or cancelling and asks for neither, or not for the person who types."""

QUESTION = any_of(r"when; what; whats; where; who; how; is; why; which")

HOW_TO = any_of(r"""
    how (?:do|can|to|would|should|does) .. (?:book|sign|enrol|register|reserve|join)
    how to (?:book|sign|enrol|register|reserve|join)
""")

MY_TRAINING_ASKED = any_of(r"""
    my (?:\S+ ){0,2}?(?:training|trainings|courses?|bookings?|sessions?|places?|class|classes|
      workshops?|conferences?|events?|diary|calendar|schedule|learning|certificates?|records?|
      history|waitlists?|waiting lists?|wait lists?|queue|cpd|attendance|spot)
    (?:what|whats|which) (?:\S+ ){0,3}?(?:have i|am i|did i|was i|ive|im); what do i have
    do i (?:still )?have (?:a|any|my) (?:place|space|spot|seat|bookings?)
    what (?:\S+ )?i (?:have |am )?booked
    (?:am|have|did|was) i (?:\S+ ){0,2}?(?:booked|book|down|on|in|registered|enrolled|signed|
      waiting|got|coming|going|done|been|attended|completed|missed|supposed|due|get)
    (?:when|where|whens|wheres) (?:am|is|are|was|were|did|do)? ?(?:i|my)
    (?:when|where) .. my (?:next|place); (?:in front|ahead|before) (?:of )?me; my position
    (?:swap|change|move|reschedule|rebook|switch|amend) (?:my|dates?|sessions?)
    (?:joining|join|meeting|teams) (?:link|instructions|details)
    join the (?:meeting|call|session)
    (?:courses?|training|sessions?|ones) (?:that |which )?(?:ive|i have|im|i am|
      i) (?:already )?(?:done|booked|attended|completed|been|on|did|got)
""")

MY_TRAINING_SAID = any_of(r"""
    (?:ive|im|i have|i am|i) (?:already |been |just )*(?:booked|done|attended|completed|
      registered|enrolled|signed up|finished|taken|missed|waiting)
    bookings?; (?<!fully )(?<!all )booked(?! up); waitlists?; waitlisted; waiting lists?
    wait lists?; queue; certificates?; (?:training|booking|course|attendance) (?:history|records?)
    history; (?:past|previous|completed|old|attended) (?:training|courses?|sessions?|bookings?)
    mine
""")

PAST = any_of(r"""
    past; history; done; attended; complete; completed; finished; previous; previously
    been (?:on|to); (?:went|gone) (?:on|to); certificates?; records?; so far; taken; missed
    did i (?:do|attend|go|take|complete|miss|last)
    last (?:\S+ )?(?:year|month|week|time|course|training|session); ago; old; attendance; cpd
    have i had; was i on
""")

WAITLIST = any_of(r"""
    wait; waiting; waitlists?; waitlisted; queue; queuing; in line; position
    (?:in front|ahead|before) (?:of )?me
""")

SEARCH_WIDELY = any_of(r"""
    courses; trainings; workshops; conferences; classes; events; practice groups; bespoke
    (?:whats|what is|what|anything) (?:\S+ )?(?:on|up|coming up|available|happening|running|
      offered|out there)
    whatson; anything; something; programme; program; calendar; list; browse; search; catalogue
    upcoming; coming up; timetable; schedule; everything; all (?:the )?(?:training|sessions)
    (?:what|which|other|more) (?:training|course|sessions); learn about
""")
"""Asks for a choice, so a list answers it even where one course would fit the words best."""

SEARCH = any_of(r"""
    course; training; sessions?; class; dates?; find; show; see; available; availability; when
    page; next; more; (?:places?|spaces?|spots?|seats?); looking for; do you (?:have|do|offer|run)
    workshop; conference; event; practice group
""")

WITH_PLACES = any_of(r"""
    places?; spaces?; spots?; seats?; available; availability; not full; not fully booked; room on
    room left; still open; bookable; vacancies
""")

ONLINE = any_of(r"""
    online; on line; virtual; virtually; remote; remotely; (?:on|via|over|in|by|through) teams
    teams; (?:on |via )?zoom; from home; webinars?
""")

IN_PERSON = any_of(r"""
    in person; inperson; face to face; facetoface; face 2 face; ftf; classroom; in the room
    on site; onsite; not online; in real life; venue; offline
""")

CONFERENCE = any_of(r"conferences?")
WORKSHOP = any_of(r"workshops?")
PRACTICE_GROUP = any_of(r"practice groups?; practitioner groups?")
BESPOKE = any_of(r"bespoke")

COMMAND_WORDS = words_of(list(vars().values()))
