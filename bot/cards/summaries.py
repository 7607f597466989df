"""What people answered: words first, then the figures, then a chart of them."""

from collections.abc import Mapping, Sequence

from microsoft_teams.cards.core import (
    Fact,
    FactSet,
    HorizontalBarChart,
    HorizontalBarChartDataValue,
)

from bot import phrases
from bot.cards.pieces import Button, Element, button, card, heading, line, subheading, subtle
from bot.summary_payloads import SummaryComments, SummaryOfPeriod
from bot.turns import Reply
from trainingbot.enums import Sentiment, Theme
from trainingbot.evaluations import gain as statistics
from trainingbot.evaluations.gain import Gain, SignedRank
from trainingbot.evaluations.small_numbers import Shown
from trainingbot.evaluations.summary_views import (
    AGREEMENTS,
    CommentCounts,
    CommentLine,
    EvaluationSummary,
    RatingSummary,
    StatementSummary,
    ThemeCount,
)

COMMENTS = 5
LONGEST_COMMENT = 600
NAMES = {"knowledge": "Knowledge of the subject", "confidence": "Confidence to act on it"}
POINTS = ("1, very low", "2", "3", "4", "5, very high")
CHANCE = 0.05
TINY = 0.001
GROUPS = {
    Theme.TRAINER: "Trainer",
    Theme.CONTENT: "Content",
    Theme.RELEVANCE: "Relevance to work",
    Theme.PACE: "Pace and length",
    Theme.INTERACTION: "Interaction",
    Theme.MATERIALS: "Materials",
    Theme.TECHNICAL: "Technical",
    Theme.VENUE: "Venue",
    "none": "Other comments",
    "suggestions": "Suggestions",
}


def which_summary(*, years: Sequence[int]) -> Reply:
    """Ask what is to be summed up; `years` are offered to coordinators."""
    return card(
        heading("Summaries of evaluations"),
        line("Type “summary of” and the code of a session, or choose one."),
        *(
            [line("For a course, type its name as well: “summary of neglect level 2”.")]
            * bool(years)
        ),
        actions=[
            button("My last session", "summary_of_last_session"),
            *(button(str(one), "summary_of_period", SummaryOfPeriod(year=one)) for one in years),
        ],
        summary="Summaries of evaluations",
    )


def summary_card(summary: EvaluationSummary) -> Reply:
    """Show what people answered, as far as it may be shown."""
    title = phrases.plain(summary.title)
    if summary.withheld:
        return card(
            heading(title),
            line(summary.withheld),
            subtle(_why_hidden(summary.threshold)),
            summary=f"{title}: {summary.withheld}",
        )
    said = _answered(summary)
    parts: list[Element] = [heading(title), line(said)]
    for rating in summary.ratings:
        parts += _rating(rating)
    for statement in summary.statements:
        parts += _statement(statement, summary.threshold)
    parts += _comments(summary.comments)
    parts.append(
        subtle(
            "Answered: sheets returned after the session. Came: marked as attended, wholly or in "
            "part; where nobody was marked, those with a place. " + _why_hidden(summary.threshold)
        )
    )
    actions = []
    if summary.comments.shown:
        actions.append(button("Comments", "summary_comments", _comments_of(summary)))
    return card(*parts, actions=actions, summary=f"{title}: {said}")


def _answered(summary: EvaluationSummary) -> str:
    came = f"{phrases.people(summary.attended)} who came"
    rate = ""
    if summary.attended and (summary.responses or 0) <= summary.attended:
        rate = f" ({100 * (summary.responses or 0) / summary.attended:.0f} %)"
    return f"{summary.responses or 0:,} answered, of {came}{rate}."


def _why_hidden(threshold: int) -> str:
    return f"Fewer than {threshold} answers are not shown, nor what would tell them."


def _rating(rating: RatingSummary) -> list[Element]:
    parts: list[Element] = [_part(NAMES[rating.key]), line(_gain_in_words(rating))]
    gain = rating.gain
    parts += [subtle(note) for note in gain.notes]
    if gain.ceiling:
        parts.append(
            subtle("Over a third were at 4 or 5 before, so there was little room to rise.")
        )
    facts = _facts(rating)
    if facts:
        parts.append(FactSet(facts=facts))
    if rating.exact:
        parts.append(line(f"Afterwards: {_scale(POINTS, rating.after)}."))
        parts += _chart(f"{NAMES[rating.key]}, afterwards", POINTS, rating.after)
    return parts


def _gain_in_words(rating: RatingSummary) -> str:
    gain = rating.gain
    if not rating.exact:
        if gain.change is None:
            return f"{phrases.people(gain.n)} answered both before and after."
        return (
            f"Of {phrases.people(gain.n)} who answered before and after, the mean went from "
            f"about {gain.before:.1f} to about {gain.after:.1f}."
        )
    return (
        f"Of {phrases.people(gain.n)} who answered before and after, {gain.rose} rose, "
        f"{gain.same} stayed the same and {gain.fell or 'none'} fell. {_direction(gain)}"
    )


def _direction(gain: Gain) -> str:
    if gain.test is None:
        return ""
    word = "rose" if (gain.change or 0) > 0 else "fell" if (gain.change or 0) < 0 else "moved"
    if gain.test.p < CHANCE:
        return f"On the whole it {word}, by more than chance explains."
    return "On the whole there is no change beyond what chance explains."


def _facts(rating: RatingSummary) -> list[Fact]:
    gain, facts = rating.gain, []
    if gain.change is not None and rating.exact:
        change = f"{gain.change:+.2f}"
        if gain.interval:
            change += f", 95 % interval {gain.interval[0]:.2f} to {gain.interval[1]:.2f}"
        facts += [
            Fact(title="Mean", value=f"{gain.before:.2f} before, {gain.after:.2f} after"),
            Fact(title="Mean change", value=change),
        ]
    if gain.test:
        facts += [
            Fact(title="Test", value=f"{_p(gain.test)} ({statistics.TEST})"),
            Fact(title="Effect", value=f"{gain.test.effect:+.2f} (rank-biserial correlation)"),
        ]
    once = rating.once
    only = "few" if once is None else str(once)
    return [*facts, Fact(title="Only after", value=f"{only} gave no rating before")]


def _p(test: SignedRank) -> str:
    return "p < 0.001" if test.p < TINY else f"p = {test.p:.3f}"


def _statement(statement: StatementSummary, threshold: int) -> list[Element]:
    told = [_part(statement.wording)]
    if not statement.answered:
        return [*told, line("Nobody answered this.")]
    if all(one is None for one in statement.shown):
        few = (
            f"{phrases.people(statement.answered)} answered. "
            if (statement.answered >= threshold)
            else ""
        )
        return [*told, line(f"{few}Too few gave one of the answers to show them.")]
    return [
        *told,
        line(f"{_scale(AGREEMENTS, statement.shown)}."),
        *_chart(statement.wording, AGREEMENTS, statement.shown),
    ]


def _scale(names: Sequence[str], shown: Shown) -> str:
    """Return the answers in the order of the scale: `Disagree not shown, Agree 12`."""
    return "; ".join(
        f"{name}: {'not shown' if people is None else people}"
        for name, people in zip(names, shown, strict=True)
    )


def _chart(title: str, names: Sequence[str], shown: Shown) -> list[Element]:
    """Draw what is shown; the same figures stand beside it as text, for whoever sees no charts."""
    return [
        HorizontalBarChart(
            title=title,
            data=[
                HorizontalBarChartDataValue(x=name, y=people)
                for name, people in zip(names, shown, strict=True)
                if people is not None
            ],
            color="categoricalBlue",
            display_mode="AbsoluteWithAxis",
            fallback="drop",
        )
    ]


def _comments(counts: CommentCounts) -> list[Element]:
    parts: list[Element] = [_part("Comments")]
    if not counts.shown:
        parts.append(line("There are no comments to show."))
    parts += [
        line(f"**{GROUPS[one.theme or 'none']}**: {_sentiments(one)}") for one in counts.themes
    ]
    if counts.suggestions:
        parts.append(line(f"**Suggestions**: {counts.suggestions}"))
    if counts.held:
        parts.append(subtle(f"{counts.held} held back until a coordinator has looked."))
    if counts.unread:
        parts.append(subtle(f"{counts.unread} not read by the service yet."))
    return parts


def _sentiments(one: ThemeCount) -> str:
    told = [f"{one.sentiments[label]} {label}" for label in Sentiment if one.sentiments.get(label)]
    return ", ".join(told)


def _part(name: str) -> Element:
    part = subheading(phrases.plain(name))
    part.spacing, part.separator = "Medium", True
    return part


def _comments_of(summary: EvaluationSummary, group: str = "", page: int = 1) -> SummaryComments:
    scope = summary.scope
    return SummaryComments(
        year=scope.year,
        course_id=scope.course_id,
        session_id=scope.session_id,
        group=group,
        page=page,
    )


def comments_card(
    summary: EvaluationSummary,
    lines: Sequence[CommentLine],
    groups: Mapping[str, int],
    *,
    group: str,
    page: int,
) -> Reply:
    """Show a page of the comments of a group, without names and sessions."""
    title = phrases.plain(summary.title)
    if not group:
        return card(heading(title), line("There are no comments to show."), summary=title)
    parts: list[Element] = [heading(GROUPS[group]), subtle(title)]
    if not lines:
        parts.append(line("There are no more comments here."))
    for one in lines:
        words = phrases.plain(one.words[:LONGEST_COMMENT])
        cut = " …" if len(one.words) > LONGEST_COMMENT else ""
        said = line(f"{words}{cut}")
        said.spacing, said.separator = "Medium", True
        parts += [said, subtle(f"{one.sentiment.capitalize()}. {phrases.plain(one.question)}")]
    actions: list[Button] = []
    if page * COMMENTS < groups[group]:
        actions.append(button("More", "summary_comments", _comments_of(summary, group, page + 1)))
    names = list(groups)
    after = names[(names.index(group) + 1) % len(names)]
    if after != group:
        actions.append(
            button(f"Next: {GROUPS[after]}", "summary_comments", _comments_of(summary, after))
        )
    return card(*parts, actions=actions, summary=f"{GROUPS[group]}: comments on {title}")
