#!/usr/bin/python3
"""How long a browser takes to open the report of 10^5 points, until all of it is drawn:

    regime run bench/report.cfg && PYTHONPATH=analysis python3 bench/report.py report.h5

Prints a line of JSON; seconds are medians of five loads, and of a click on another cell after each.
Needs Chromium with its driver, and Selenium.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from regime_analysis import report

LOADS = 5


def load(browser, page):
    """Seconds until all is drawn, and of a click on another cell."""
    browser.get(page.as_uri())
    body = browser.find_element(By.TAG_NAME, "body")
    waiting = WebDriverWait(browser, 60, poll_frequency=0.01)
    waiting.until(lambda _: body.get_attribute("data-ready"))
    point, frame = body.get_attribute("data-point"), browser.find_element(By.ID, "frame")
    start = time.perf_counter()
    frame.click()
    waiting.until(lambda _: body.get_attribute("data-point") != point)
    return float(body.get_attribute("data-ready")) / 1e3, time.perf_counter() - start


def main(path):
    options = webdriver.ChromeOptions()
    for option in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(option)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        start = time.perf_counter()
        report.write(path, page)
        wrote = time.perf_counter() - start
        browser = webdriver.Chrome(options=options)
        try:
            loads, clicks = zip(*(load(browser, page) for _ in range(LOADS)))
        finally:
            browser.quit()
        numbers = {"file_mib": Path(path).stat().st_size / 2**20,
                   "page_mib": page.stat().st_size / 2**20, "write_s": wrote,
                   "load_s": statistics.median(loads), "click_s": statistics.median(clicks)}
        print(json.dumps({name: round(value, 2) for name, value in numbers.items()}))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
