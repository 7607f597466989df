"""Small programme folders for tests: a valid one, of which a test changes what it is about."""

from pathlib import Path
from zoneinfo import ZoneInfo

from trainingbot.programme.reading import Reading, read_programme

LONDON = ZoneInfo("Europe/London")

AGENCIES = """\
code,name,sector,contributing,email_domain
CCC,County Council,local authority,yes,county.example
GP,General Practice,health,no,gp.example
"""
PRACTITIONERS = """\
email,name,agency,job_title,line_manager_email
ann@county.example,Ann Cox,CCC,Social Worker,tess@county.example
ben@gp.example,Ben Hunt,GP,School Nurse,
cara@gp.example,Cara Dale,GP,,
"""
TRAINERS = """\
email,name,agency
tess@county.example,Tess Wood,CCC
"""
COURSES = """\
code,title,kind,level,theme,minutes,capacity
C01,Neglect Level 1,course,1,neglect,150,2
W01,Thresholds in Practice,workshop,2,thresholds,120,3
"""
SESSIONS = """\
id,course,starts_at,ends_at,delivery,venue,capacity,trainers,status,cancel_reason
S24-001,C01,2024-01-12T09:00,2024-01-12T11:30,teams,,2,tess@county.example,delivered,
S24-002,W01,2024-07-22T09:00,2024-07-22T11:00,in_person,Town Hall,3,,cancelled,trainer ill
S25-001,C01,2025-01-14T09:30,2025-01-14T12:00,teams,,1,tess@county.example,scheduled,
"""
BOOKINGS = """\
session,email,booked_at,status,cancelled_at,attendance
S24-001,ann@county.example,2023-11-16T00:26,confirmed,,attended
S24-001,ben@gp.example,2023-11-17T10:00,confirmed,,no_show
S24-001,cara@gp.example,2023-11-18T10:00,cancelled,2024-01-02T08:00,
S24-002,ann@county.example,2024-06-01T10:00,session_cancelled,,
S25-001,cara@gp.example,2024-12-03T10:00,waitlisted,,
S25-001,ann@county.example,2024-12-01T10:00,confirmed,,
S25-001,ben@gp.example,2024-12-02T10:00,waitlisted,,
"""
EVALUATIONS = """\
session,email,submitted_at,knowledge_before,knowledge_after,engaging,improved_knowledge,comment
S24-001,ann@county.example,2024-01-12T12:30,2,4,strongly_agree,agree,"Clear, and kind"
"""
BRIEFINGS = """\
title,year,views
Online Abuse,2024,91
"""
FILES = {
    "agencies": AGENCIES,
    "practitioners": PRACTITIONERS,
    "trainers": TRAINERS,
    "courses": COURSES,
    "sessions": SESSIONS,
    "bookings": BOOKINGS,
    "evaluations": EVALUATIONS,
    "briefings": BRIEFINGS,
}


def write_folder(folder: Path, **changed: str | bytes | None) -> Path:
    """Write the valid programme with changed files; None leaves a file out."""
    folder.mkdir(exist_ok=True)
    for name, content in (FILES | changed).items():
        if isinstance(content, str):
            (folder / f"{name}.csv").write_text(content, encoding="utf-8", newline="")
        elif content is not None:
            (folder / f"{name}.csv").write_bytes(content)
    return folder


def read(folder: Path, **changed: str | bytes | None) -> Reading:
    return read_programme(write_folder(folder, **changed), zone=LONDON)


def told(reading: Reading) -> list[str]:
    return [str(problem) for problem in sorted(reading.problems)]
