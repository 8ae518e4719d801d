"""How browsers that a test drives are started."""

import os
import subprocess

from selenium import webdriver
from selenium.webdriver.firefox.service import Service

# In a page before its own scripts: what it complains of, in all browsers alike.
RECORDER = """<script>
window.complaints = [];
for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"])
    addEventListener(kind, (event) => complaints.push([kind, event.message, event.reason, event.blockedURI].join(" ")));
for (const kind of ["error", "warn"])
    console[kind] = (...words) => complaints.push(words.join(" "));
</script>
"""


def chromium():
    options = webdriver.ChromeOptions()
    for option in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options)


def firefox():
    options = webdriver.FirefoxOptions()
    options.add_argument("-headless")
    return webdriver.Firefox(options=options, service=Service(log_path=os.devnull))


def webkit():
    return webdriver.WebKitGTK(options=webdriver.WebKitGTKOptions())


def blank_screen():
    """For browsers that cannot do without one: Xvfb, whose display is now the environment's."""
    ours, its = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(its), "-screen", "0", "1600x1200x24"],
                              pass_fds=[its], stderr=subprocess.DEVNULL)
    os.close(its)
    with os.fdopen(ours) as numbers:
        os.environ["DISPLAY"] = f":{numbers.readline().strip()}"
    return server
