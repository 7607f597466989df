"""The courses of a real programme, for matching words with; ids follow their order."""

from uuid import UUID

from bot.understanding import CourseTitle

_ROWS = """
C01|Neglect Level 1|neglect|1
C02|Neglect Level 2|neglect|2
C03|Graded Care Profile|neglect|2
C04|Lived Experience of the Child|voice of the child|2
C05|Professional Curiosity|professional curiosity|2
C06|Child Sexual Abuse in the Family Environment|child sexual abuse|3
C07|Using the Sexual Behaviour Tool|child sexual abuse|2
C08|Child Criminal Exploitation|exploitation|2
C09|Child Sexual Exploitation|exploitation|2
C10|Online Abuse|online safety|2
C11|Domestic Abuse and Children|domestic abuse|2
C12|Female Genital Mutilation|harmful practices|2
C13|Safeguarding Children with Disabilities|disability|3
C14|Parental Mental Health|parental vulnerability|2
C15|Substance Misuse and Parenting|parental vulnerability|2
C16|Early Help Assessment|early help|1
C17|Thresholds in Practice|thresholds|1
C18|Resolving Professional Differences|professional challenge|2
C19|Learning from Case Reviews|case reviews|3
C20|Child Protection Conferences and Core Groups|child protection|3
N01|Child Neglect Safeguarding Partnership Conference|neglect|2
W01|Partner Workshop: Serious Violence|exploitation|2
W02|Partner Workshop: Professional Curiosity|professional curiosity|2
W03|Partner Workshop: Thresholds|thresholds|1
"""


def course_title(
    *, number: int, code: str, title: str, theme: str = "", level: int = 2
) -> CourseTitle:
    return CourseTitle(id=UUID(int=number), code=code, title=title, theme=theme, level=level)


COURSES = tuple(
    course_title(number=number, code=code, title=title, theme=theme, level=int(level))
    for number, row in enumerate(_ROWS.split("\n")[1:-1], start=1)
    for code, title, theme, level in [row.split("|")]
)
CODES = {course.id: course.code for course in COURSES}
