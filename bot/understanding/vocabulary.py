"""The words that practitioners type: shorthand, abbreviations, and words that carry no subject."""

import re


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


SHORTHAND = {
    "u": "you", "r": "are", "ur": "your", "n": "and", "abt": "about", "wk": "week",
    "wks": "weeks", "pls": "please", "plz": "please", "plse": "please", "thx": "thanks",
    "teh": "the", "hte": "the", "adn": "and", "fro": "for", "ty": "thanks", "tmrw": "tomorrow",
    "tmr": "tomorrow", "tomoz": "tomorrow", "2moro": "tomorrow", "2morrow": "tomorrow",
    "wot": "what", "wats": "whats", "wots": "whats", "wen": "when", "cud": "could",
    "wud": "would", "gonna": "going to", "wanna": "want to", "gotta": "got to", "cannot": "cant",
    "sesh": "session", "cxl": "cancel", "canx": "cancel", "bk": "book", "f2f": "face to face",
    "trng": "training", "hv": "have", "ive": "i have", "cos": "because", "cuz": "because",
    "lv": "level", "lvl": "level", "lev": "level",
}  # fmt: skip
"""What is typed with one thumb, and the words it stands for."""

FIELD_WORDS = {
    "csa": "child sexual abuse",  # the statutory guidance's own abbreviation
    "csae": "child sexual abuse exploitation",  # the police's word for both
    "cse": "child sexual exploitation",  # in every referral form
    "cce": "child criminal exploitation",  # in every referral form
    "county lines": "child criminal exploitation",  # its best-known form
    "fgm": "female genital mutilation",  # the law's own abbreviation
    "da": "domestic abuse",  # the Domestic Abuse Act's word, shortened
    "dv": "domestic abuse",  # domestic violence, the older word
    "domestic violence": "domestic abuse",  # the older word
    "gcp": "graded care profile",  # the tool's own name
    "gcp2": "graded care profile",  # the tool's second edition
    "eha": "early help assessment",  # the form's own name
    "caf": "early help assessment",  # the form it replaced
    "mh": "mental health",  # in case notes
    "pmh": "parental mental health",  # in case notes
    "send": "disabilities",  # special educational needs and disabilities, schools' word
    "disabled": "disabilities",  # one word, two endings
    "sv": "serious violence",  # the Serious Violence Duty, shortened
    "knife crime": "serious violence",  # its best-known form
    "cp": "child protection",  # in every file
    "icpc": "child protection conferences",  # initial child protection conference
    "rcpc": "child protection conferences",  # review child protection conference
    "serious case reviews": "case reviews",  # their name until 2018
    "serious case review": "case reviews",  # their name until 2018
    "scr": "case reviews",  # serious case review, until 2018
    "cspr": "case reviews",  # child safeguarding practice review, since 2018
    "rpd": "resolving professional differences",  # escalation, by its policy's name
    "escalation": "resolving professional differences",  # what the policy is about
    "drugs": "substance misuse",  # the plain word
    "alcohol": "substance misuse",  # the plain word
    "internet": "online",  # the older word
    "sg": "safeguarding",  # in case notes
}
"""Words of the field that stand for others, each with its reason.

Used where the programme teaches under the second name and not under the first. Initials of a
title ("FGM") are understood without standing here.
"""

SEND_A_COLLEAGUE = re.compile(
    r"\bsend (?=(?:a |an |another |one of |my |some )*(?:\S+ )?(?:colleagues?|someone|somebody|"
    r"manager|deputy|worker|member|him|her)\b|(?:\S+ ){0,8}?(?:instead|in my place|on my behalf)\b)"
)
"""Somebody is sent, and SEND is no subject."""
SEND_AS_A_VERB = re.compile(
    r"\bsend (?=(?:me|us|it|the|a|an|to|my|him|her|them|out|over|someone|somebody)\b)"
)
"""SEND is a subject, and to send is not: these words after it tell them apart."""

GRAMMAR = words(
    """
    a an the this that these those of in on at to for from by with without into onto over under
    about around after before and or but so if as than then also too not no only just i id ill im
    me my mine myself we us our you your it its he she they them their who whom what whats which
    when where how why is are am was were be been being do does did done doing have has had having
    can could would will should shall may might must please because there theres here up out off
    am some any all one ones more most other another each every
    """
)
"""Words that only join others; they never tell courses apart."""

FILLERS = words(
    """
    hi hello hey hiya morning afternoon evening good dear bot there thanks thank thankyou thx ta
    cheers ok okay please kindly sorry yes yeah yep oh ah um well right now actually really quite
    very bit maybe perhaps possible possibly able want wanted wanting like liked love need needs
    needed wish hope hoping keen interested looking look looks see show tell give get got getting
    find search list browse view open display let lets know say ask asking help using use go goes
    going come comes coming came attend attending attended take takes taking took taken make
    making made sit run runs running ran held hold holds happen happens happening offer offered
    offering put add count sign signed signing enrol enroll enrolled register registered
    registering reserve reserved join joining apply book booked booking bookings rebook save
    secure down cancel cancelling cancellation cancelled unbook withdraw drop pull give giving
    back release return remove leave miss cant wont dont didnt doesnt isnt couldnt longer anymore
    unable course courses training trainings session sessions class classes event events lesson
    module modules programme program learning learn teach teaching calendar schedule timetable
    dates date day days time times next latest new upcoming soon soonest earliest first last later
    anything something everything thing things stuff topic topics subject subjects option options
    available availability place places space spaces spot spots seat seats room rooms free full
    left still open waiting wait waitlist waitlisted queue people person staff colleague
    colleagues team work week weeks month months year years today tomorrow todays tomorrows ago
    asap urgent urgently quickly spring summer autumn winter term already fully yet whens wheres
    hows whos ever never again else much many lot lots few couple details detail info information
    link question regarding re relating related called named hear heard think thought wondering
    wonder covers covering cover around near based level levels lets ive somewhere someone anyone
    everyone both either page want wants would must supposed due meant
    sending instead behalf substitute substitutes replacement swap swapping switch switching change
    changing transfer transferring reschedule rescheduling postpone move moving interest notify
    inform checks told notified informed keep posted
    """
)
"""Words of asking, booking and politeness; beside a title's own words they say no subject."""

SMALL_TALK = GRAMMAR | words(
    """
    please pls thank thanks so much very really bot there again hi hello hey dear mate everyone
    all help good day weekend one evening afternoon morning then now well today tomorrow later
    soon bye im great that thats sorry need could some time info more much lot lots sorry new
    someone anyone somebody know tell give get ok okay got it xx x kind regards many explain type
    write say ask will do use thing
    """
)
"""What may stand beside a greeting or a thank-you without making it a request."""

WITHOUT_SUBJECT = GRAMMAR | FILLERS

EVERYDAY = words(
    """
    zero two three four five six seven eight nine ten child children young adult adults family
    families teacher police nurse health social worker match watch lunch branch hell held hope
    cook look took hook boot boost back black coarse count court peace plane plate space spice
    mouse horse house corner score store core cart joint point loin drip crop shop stop step chop
    page paid past pass post list lost last least mind mine line nine fine find fund bind kind
    king ring sing sign sigh thing think thank trying crying raining draining drinking tracing
    trading straining strain train brain trainer trainers trained placed price prize piece pleased
    pleasant lease release meeting seating session passion mission section season reason person
    lesson listen working walking talking asking parking marking making taking baking raking agent
    agents urgent agenda manage manager managers message messages enough weather whether father
    mother brother either neither together hand hard hear heart heard head heat health wealth
    death deal real read road caring hearing sharing daring bearing wearing tearing sparing team
    term turn torn town down dawn tear dear year years fear near confidence practical even thus
    though cause thinks thunk live lives cleaning treating tracking theme cat won writing men
    alone mother bother critical production personal
    """
)
"""Everyday words that stand one letter from a word the rules know; they are no typing errors."""

TOO_COMMON = GRAMMAR | words(
    """
    able actually added ahead along back based begin call chat checks cool count come coming
    different down drop duck else ever everything face form forward front gone good grab group
    groups hand handing hold home human info interested keen know last left life like line link
    list lost love main make making mean mind miss much name need needs needing never next nice
    nope noted number offer offered open options part past pending person phone pick position
    previous problem real records release remote remove return right room running save select
    seat seats site somebody sounds speak start started stick still stuck super supposed swap
    switch talk team teams test testing through time tried understand update venue virtual want
    wanting week went wish works write wrong year zoom commands guide guides give again alert body
    bring clash comes cover date defer double email extra fill fines gets goes isnt later lead ling
    lower member message money names nobody none noone note numbers once others owes pass plan push
    record rooms second size soon stand stead step stop teach text times whole whove worker
    """
)
"""Words of phrases so common, or so near to others, that nothing is a typing error of them."""
