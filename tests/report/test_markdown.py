"""The report as Markdown: what it says, and that nothing a subject says is taken for Markdown or HTML."""

import re

from streamtck.report.markdown import cell, code, fence, page
from streamtck.spec import load
from tests.report.making import HOSTILE, document, hostile, implementation, row


def outside_of_code(text: str) -> str:
    """The Markdown without its fences and code spans."""
    rest: list[str] = []
    ending = ""
    for line in text.splitlines():
        if ending:
            ending = "" if line.strip() == ending else ending
        elif found := re.match(r"(`{3,})", line):
            ending = found.group(1)
        else:
            rest.append(line)
    assert not ending
    return re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", "\n".join(rest))


def test_it_says_each_failure_with_its_rule_and_reproducer() -> None:
    """The closing sentence, the figures of each family, and for a failure all that a reader needs."""
    told = {"call": "stream.seek(-1)", "got": "returned 0", "wanted": "an exception"}
    text = page(document(implementation("mine", row("SK-5a", "fail", message="clamps", **told))), load())

    assert text.startswith("## streamtck: `mine`\n")
    assert "MUST requirements decided, 1 not met" in text
    assert re.search(r"^\| SK: Seekable \| 16 of 17 \| ", text, re.MULTILINE) is None
    (line,) = [line for line in text.splitlines() if line.startswith("| SK: ")]
    must = sum(each.binding for each in load() if each.family == "SK")
    assert f" {must - 1} of {must} |" in line
    assert "### SK-5a MUST\n\nFound: `clamps`\n" in text
    assert "```text\ncall    stream.seek(-1)\ngot     returned 0\nwanted  an exception\n```\n" in text
    assert "Rule: A seek to a negative position raises. \\[Hadoop" in text
    assert "```python\nraise AssertionError\n```\n" in text
    assert "%" not in text


def test_known_deviations_have_their_reason_and_link() -> None:
    """A known deviation is listed with reason and link, and not counted as met."""
    known = row("SK-5a", "known", link="https://example.org/12")
    text = page(document(implementation("mine", known)), load())

    assert (
        "- SK-5a MUST: `something was wrong`; declared: `clamps, see issue 12` (`https://example.org/12`)"
        in text
    )
    assert "1 known deviation" in text
    assert "all met" not in text


def test_an_incomplete_report_says_so() -> None:
    """A part of a run, and one that broke off, are called not complete before anything is counted."""
    for selection, said in (
        ("--tck-clause=SK-1", "selection: --tck-clause=SK-1"),
        (None, "the run broke off"),
    ):
        text = page(document(implementation("mine"), complete=False, selection=selection), load())
        assert f"**This report is not complete** (`{said}`)" in text
        assert text.index("not complete") < text.index("MUST requirements decided")


def test_several_implementations_open_with_a_matrix() -> None:
    """Before the single implementations stands a table of families, MUST and SHOULD apart."""
    two = (implementation("mine", row("SK-5a", "fail")), implementation("io.BytesIO"))
    text = page(document(*two), load())

    assert text.startswith("## streamtck: 2 implementations\n\n| MUST met | `mine` | `io.BytesIO` |\n")
    assert "\n| SHOULD met | `mine` | `io.BytesIO` |\n" in text
    assert text.index("SHOULD met") < text.index("## streamtck: `mine`")


def test_a_family_that_was_not_asked_is_one_line() -> None:
    """A surface that is not there is one line with its reason, not a row of figures."""
    absent = [
        row(each.id, "unsupported", message="no codec surface") for each in load() if each.family == "LZ"
    ]
    text = page(document(implementation("mine", *absent)), load())

    assert "Not asked: LZ, `no codec surface`.\n" in text
    assert "| LZ: " not in text


def test_hostile_text_stays_code() -> None:
    """Markup, pipes, backticks, mentions, links and line ends of a subject stay in spans and fences."""
    text = page(hostile(), load())
    rest = outside_of_code(text)

    assert "alert(1)" in text
    for word in ("alert", "script", "@someone", "example.org", "javascript", "two", "three", "four", "<!--"):
        assert word not in rest, word
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028]", text)
    widths = {line.count("|") for line in rest.splitlines() if line.startswith("| MUST met")}
    assert widths == {4}


def test_spans_and_fences_outgrow_their_backticks() -> None:
    """A span and a fence have more backticks than any run in what they hold; a cell has no pipe."""
    assert code("a `b` c") == "``a `b` c``"
    assert code("`") == "`` ` ``"
    assert code("  \n ") == "` `"
    assert cell("a|b") == "`a\u00a6b`"
    assert fence("```\n````\nx") == "`````\n```\n````\nx\n`````\n"
    assert "\n" not in code(HOSTILE)


def test_a_limit_leaves_whole_parts_out() -> None:
    """With a limit the report is not longer than that, ends between two parts, and says what is missing."""
    whole = page(hostile(), load())
    for limit in range(600, len(whole.encode()), 97):
        text = page(hostile(), load(), limit)
        assert len(text.encode()) <= limit
        assert re.search(r"^Shortened: \d+ more parts of this report did not fit here\.$", text, re.MULTILINE)
        outside_of_code(text)
    assert page(hostile(), load(), 1024 * 1024) == whole
