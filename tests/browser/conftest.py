"""One browser for all tests, and the pages that they open."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from streamtck.report.html import page
from streamtck.spec import load
from tests.browser.pages import PAGES

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Headless Chromium with a profile of its own; it keeps what pages say on the console."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    profile = tmp_path_factory.mktemp("profile")
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all pages."""
    folder = tmp_path_factory.mktemp("pages")
    for name, document in PAGES.items():
        (folder / f"{name}.html").write_text(page(document, load()), encoding="utf-8")
    return folder


@pytest.fixture
def open_page(chromium: webdriver.Chrome, folder: Path) -> Iterator[Callable[..., webdriver.Chrome]]:
    """Opens a page by name: at a width in pixels, in light or dark, with scripts or without.

    At the end of the test nothing stands on the console.
    """

    def opened(
        name: str, width: int = 1280, scheme: str = "light", scripts: bool = True, at: str = ""
    ) -> webdriver.Chrome:
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        chromium.get("about:blank")
        chromium.get(f"{(folder / name).as_uri()}.html{at}")
        return chromium

    chromium.get_log("browser")
    yield opened
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert chromium.get_log("browser") == []
