"""The HTML report as a reader has it: filter, search, links, copying, without scripts, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from streamtck.spec import load
from tests.browser.pages import FAULTY, PAGES
from tests.report.documents import FAULT, HOSTILE

SAYS_SOMETHING_ELSE = """
const [button, done] = arguments, began = Date.now();
const look = () => button.textContent !== "Copy" || Date.now() - began > 3000
  ? done(button.textContent) : setTimeout(look, 20);
look();
"""

Open = Callable[..., WebDriver]


def one(browser: WebDriver, selector: str) -> WebElement:
    """The first element that a selector finds."""
    return browser.find_element(By.CSS_SELECTOR, selector)


def shown(browser: WebDriver, selector: str) -> list[Any]:
    """The ids or texts of the elements that a selector finds and that can be seen."""
    script = (
        "return Array.from(document.querySelectorAll(arguments[0]))"
        ".filter(each => each.checkVisibility()).map(each => each.id || each.textContent)"
    )
    return list(browser.execute_script(script, selector))


def test_toggles_filter_by_verdict(open_page: Open) -> None:
    """A toggle that is pressed leaves its verdict only, a second one adds its own, and both say so."""
    browser = open_page("one")
    everything = len(shown(browser, ".rows li"))
    warn, blocked = (one(browser, f'.toggle[data-verdict="{verdict}"]') for verdict in ("warn", "blocked"))

    blocked.click()
    assert blocked.get_attribute("aria-pressed") == "true"
    assert shown(browser, ".rows li") == ["i1-SK-5b"]
    assert one(browser, ".count").text == f"1 of {len(load())} shown"
    warn.click()
    assert len(shown(browser, ".rows li")) == 2
    warn.click()
    blocked.click()
    assert len(shown(browser, ".rows li")) == everything
    assert one(browser, ".count").text == f"all {len(load())} shown"


def test_search_and_lists_filter_too(open_page: Open) -> None:
    """`/` goes to the search; what is typed, a family and a level leave their rows; Escape gives all back."""
    browser = open_page("one")
    one(browser, "body").send_keys("/")
    search = browser.switch_to.active_element
    assert search.get_attribute("name") == "text"
    search.send_keys("NEGATIVE POSITION")
    rules = shown(browser, ".rows .what")
    assert len(rules) == sum("negative position" in each.rule for each in load())
    assert all("negative position" in rule for rule in rules)
    search.send_keys(Keys.ESCAPE)

    one(browser, 'select[name="family"]').send_keys("SK")
    one(browser, 'select[name="level"]').send_keys("SHOULD")
    wanted = [each.id for each in load() if each.family == "SK" and each.level == "SHOULD"]
    assert shown(browser, ".rows li") == [f"i1-{id}" for id in wanted]
    assert len(shown(browser, ".family .title")) == 1


def test_links_open_what_they_lead_to(open_page: Open) -> None:
    """The id of a rule opens its clause, and a cell of the matrix the row of its implementation."""
    browser = open_page("one")
    assert not shown(browser, "#SK-5a .facts")
    one(browser, "#i1-SK-5a header a").click()
    assert shown(browser, "#SK-5a .facts")

    browser = open_page("several")
    assert not shown(browser, "#i3-IS-1a")
    cell = one(browser, '.cell[href="#i3-IS-1a"]')
    cell.send_keys(Keys.ENTER)
    assert shown(browser, "#i3-IS-1a")
    assert browser.execute_script("return document.querySelector(':target').id") == "i3-IS-1a"


def test_a_link_shows_what_the_filter_hides(open_page: Open) -> None:
    """Going to a row that is filtered away gives all rows back."""
    browser = open_page("one")
    one(browser, '.toggle[data-verdict="warn"]').click()
    browser.execute_script("location.hash = 'i1-IS-1a'")
    rows = "Array.from(document.querySelectorAll('.rows li:not([hidden])'), each => each.id)"
    assert "i1-IS-1a" in browser.execute_async_script(f"setTimeout(() => arguments[0]({rows}), 50)")


def test_the_matrix_can_show_differences_only(open_page: Open) -> None:
    """Only rows are left on which the implementations do not agree."""
    browser = open_page("several")
    one(browser, ".toggle[data-differs]").click()
    names = shown(browser, ".matrix tbody tr[data-family] .id")
    assert sorted(names) == sorted(FAULTY)


def test_copying_does_not_fail(open_page: Open) -> None:
    """The button copies the reproducer or, where that is forbidden, selects it."""
    browser = open_page("one")
    button = one(browser, "#i1-SK-5a .copy")
    button.click()
    said = browser.execute_async_script(SAYS_SOMETHING_ELSE, button)
    assert said in ("Copied", "Selected")


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_all_is_there(open_page: Open, name: str) -> None:
    """Every row is there, what is folded opens by its summary, and nothing shows that needs scripts."""
    browser = open_page(name, scripts=False)
    assert not one(browser, ".filter").is_displayed()
    if name == "one":
        assert not one(browser, ".copy").is_displayed()
        assert FAULT["call"] in one(browser, "#i1-SK-5a").text
        assert one(browser, "#i1-IS-1a").is_displayed()
    clause = one(browser, "#SK-5a")
    one(browser, "#SK-5a > summary").send_keys(Keys.ENTER)
    assert "Seekable 5, line 111" in clause.text


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_need_not_scroll_sideways(open_page: Open, name: str) -> None:
    """At 390 pixels, with everything unfolded, the page is as wide as the screen."""
    browser = open_page(name, width=390)
    browser.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert browser.execute_script("return document.documentElement.scrollWidth") == 390


def test_dark_mode_is_dark(open_page: Open) -> None:
    """The page follows the reader's colour scheme."""
    asked = "return getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)"
    light, dark = (sum(open_page("one", scheme=each).execute_script(asked)) for each in ("light", "dark"))
    assert light > 600
    assert dark < 150


@pytest.mark.parametrize("name", ["hostile", "hostile-alone"])
def test_a_hostile_subject_shows_as_text(open_page: Open, name: str) -> None:
    """A name and messages with markup are read as they are, and no alert comes."""
    browser = open_page(name)
    assert HOSTILE in one(browser, "#i1 h2" if name == "hostile" else "h1").text
    assert HOSTILE in one(browser, "#i1-IS-1a .message").text
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 1
    assert browser.find_elements(By.TAG_NAME, "img") == []
    with pytest.raises(NoAlertPresentException):
        _ = browser.switch_to.alert.text


def test_the_keyboard_reaches_the_report_first(open_page: Open) -> None:
    """The first stop skips to the report, and where the focus is can be seen."""
    browser = open_page("one")
    one(browser, "body").send_keys(Keys.TAB)
    skip = browser.switch_to.active_element
    assert skip.get_attribute("class") == "skip"
    assert skip.value_of_css_property("outline-style") == "solid"
    skip.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "main"
