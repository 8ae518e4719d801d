"""The report in a browser without a screen: clicks, sliders and keys show what the file holds."""

import re
import shlex
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import pytest
from support import PROGRAM, h5py, needs_program, np, train

pytest.importorskip("selenium")
from selenium.common.exceptions import WebDriverException  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

import browsers  # noqa: E402
import regime_analysis as regime  # noqa: E402
from regime_analysis import report  # noqa: E402

pytestmark = needs_program

PARITY = """
name = "parity"; model = "parity_rnn"; seed = 1;
axes = { gain = [0.1, 0.4, 1.0]; fraction = [0.3, 0.6, 0.9, 1.0]; activation = ("relu", "tanh");
         replicate = { count = 2; }; };
settings = { max_length = 4; hidden = 12; loss = "cross_entropy"; stop_loss = 1e-2;
             max_epochs = 400; analysis_length = 4; merge_distances = [0.01, 0.1]; validation_lengths = [10, 40];
             validation_strings = 30; };
record = { spacing = "log"; count = 24; };
"""
LINEAR = """
name = "linear"; model = "linear_net"; seed = 1;
axes = { pair = { gain = [0.01, 0.1, 1.0]; n_hidden = [2, 4, 8]; }; };
settings = { n_in = 4; n_out = 4; max_epochs = 300; };
record = { spacing = "log"; count = 20; };
"""
WILD = """
name = "wild"; model = "linear_net"; seed = 1;
axes = { gain = [0.1, 1.0]; learning_rate = [0.01, 100.0, 0.02]; };
settings = { n_in = 4; n_hidden = 4; n_out = 4; init = "gaussian"; max_epochs = 40;
             stop_loss = 1e-9; };
"""
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
WALK = (EXAMPLES / "walk.cfg").read_text(encoding="utf-8")
PHONE, DESK = (390, 844), (1360, 900)


FOLDER = tempfile.TemporaryDirectory()


def setUpModule():
    unittest.addModuleCleanup(FOLDER.cleanup)
    for name, text, options in (("parity", PARITY, ()), ("linear", LINEAR, ()),
                                ("wild", WILD, ("--only", "gain=0.1")),
                                ("walk", WALK, ("--only", "replicate=0", "--set",
                                                f'command="python3 {EXAMPLES}/walk.py"'))):
        sweep = Path(FOLDER.name, f"{name}.cfg")
        sweep.write_text(text)
        train(str(sweep), str(sweep.with_suffix(".h5")), "--quiet", *options)
        page = sweep.with_suffix(".html")
        report.write(str(sweep.with_suffix(".h5")), page)
        page.write_text(page.read_text().replace("<style>", browsers.RECORDER + "<style>", 1))


class Page:
    """What holds in every browser."""

    needed, start = (), None  # programs, and how it is started

    @classmethod
    def setUpClass(cls):
        for program in cls.needed:
            if shutil.which(program) is None:
                raise unittest.SkipTest(f"there is no {program}")
        cls.folder = Path(FOLDER.name)
        cls.ds = regime.open(cls.file("parity"))
        cls.addClassCleanup(cls.ds.close)
        if "Xvfb" in cls.needed:
            screen = browsers.blank_screen()
            cls.addClassCleanup(screen.wait)
            cls.addClassCleanup(screen.terminate)
        cls.browser = cls.start()
        cls.addClassCleanup(cls.browser.quit)

    @classmethod
    def file(cls, name):
        return str(cls.folder / f"{name}.h5")

    def tearDown(self):
        self.assertEqual(self.complaints(), [])

    def complaints(self):
        return self.run_script("return complaints")

    def emulate(self, size=DESK, scheme="light", medium=""):
        self.browser.set_window_size(*size)

    def open(self, name, *arguments, **options):
        self.emulate(*arguments, **options)
        self.browser.get((self.folder / f"{name}.html").as_uri())
        WebDriverWait(self.browser, 30).until(lambda _: self.data("ready"))

    def run_script(self, text, *arguments):
        return self.browser.execute_script(text, *arguments)

    def data(self, name):
        return self.run_script("return document.body.dataset[arguments[0]]", name)

    def element(self, name):
        return self.browser.find_element(By.ID, name)

    def in_sight(self, name):
        part = self.element(name)
        self.run_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", part)
        return part

    def choices(self, name):
        return Select(self.in_sight(name))

    def text(self, name):
        return self.run_script("return document.getElementById(arguments[0]).textContent",
                               name)

    def soon(self, value, expected):
        """Waits until value() is what is expected; after 10 s says what it was."""
        try:
            WebDriverWait(self.browser, 10, 0.05).until(lambda _: value() == expected)
        except WebDriverException:
            self.assertEqual(value(), expected)

    def click(self, i, j, n_columns, n_rows):
        """On the middle of a cell."""
        canvas = self.in_sight("cells")
        x = ((i + 0.5) / n_columns - 0.5) * canvas.size["width"]
        y = ((j + 0.5) / n_rows - 0.5) * canvas.size["height"]
        pointer = ActionChains(self.browser)
        pointer.move_to_element_with_offset(canvas, int(x), int(y)).click().perform()

    def slide(self, name, value):
        self.run_script("""
            const input = document.querySelector(`[data-slider="${arguments[0]}"]`);
            input.value = arguments[1];
            input.dispatchEvent(new Event("input", {bubbles: true}));""", name, value)

    def check(self, name, on):
        box = self.browser.find_element(By.CSS_SELECTOR, f'[data-mean="{name}"]')
        if box.is_selected() != on:
            box.click()

    def picture(self):
        return self.run_script("return document.getElementById('cells').toDataURL()")

    def accuracy(self, **at):
        return self.ds["validation_accuracy"].isel(validation_length=-1, **at).values

    # ---- what is shown ---------------------------------------------------------------------------

    def test_a_click_shows_the_curves_of_that_point(self):
        self.open("parity")
        self.check("replicate", False)
        self.click(3, 1, 4, 3)
        at = dict(gain=1, fraction=3, activation=0, replicate=0)
        number = int(np.ravel_multi_index(tuple(at.values()), self.ds["status"].shape))
        self.soon(lambda: self.data("point"), str(number))
        self.assertEqual(self.text("point-title"),
                         "gain = 0.4, fraction = 1, activation = relu, replicate = 0")
        self.assertEqual(self.shown_value("validation_accuracy"),
                         round(float(self.accuracy(**at)), 4))
        loss = self.ds["train_loss_history"].isel(**at).values
        path = self.run_script("""
            return [...document.querySelectorAll("figure.chart")].find((figure) =>
                figure.textContent.startsWith("train_loss")).querySelector("path.line")
                .getAttribute("d")""")
        places = np.array(re.findall(r"[ML]([\d.]+),([\d.]+)", path), float)
        loss = loss[np.isfinite(loss)]
        self.assertEqual(len(places), len(loss))
        height = np.log(loss) if loss.max() > 30 * loss.min() else loss
        correlation = np.corrcoef(places[:, 1], height)[0, 1]  # y goes down in pictures
        self.assertAlmostEqual(correlation, -1, places=3)

    def test_its_automaton_is_the_one_of_the_file(self):
        self.open("parity")
        self.check("replicate", False)
        at = dict(merge_distance=1, activation=0, replicate=0)
        table, counts = (self.ds[name].isel(**at).values for name in ("transition", "n_states"))
        gain, fraction = np.argwhere((counts > 1) & (counts < 20))[0]
        self.click(fraction, gain, 4, 3)
        self.choices("automaton-kind").select_by_visible_text("as learnt")
        n = int(counts[gain, fraction])
        nodes = "return document.querySelectorAll('.automaton .node').length"
        self.soon(lambda: self.run_script(nodes), n)
        targets = table[gain, fraction, :n]
        pairs = {(state, to) for state, row in enumerate(targets) for to in row if to >= 0}
        edges = self.run_script(
            "return document.querySelectorAll('.automaton > path.edge').length")
        self.assertEqual(edges, len(pairs))

    def test_a_slider_changes_the_map(self):
        self.open("parity")
        self.check("replicate", False)
        before = self.picture()
        self.slide("activation", 1)
        self.soon(lambda: "tanh" in self.text("point-title"), True)
        self.assertNotEqual(self.picture(), before)
        self.click(2, 0, 4, 3)
        expected = float(self.accuracy(gain=0, fraction=2, activation=1, replicate=0))
        self.soon(lambda: self.shown_value("validation_accuracy"), round(expected, 4))
        self.check("replicate", True)
        mean = float(self.accuracy(gain=0, fraction=2, activation=1).mean())
        self.soon(lambda: self.shown_value("validation_accuracy"), round(mean, 4))
        self.assertIn("of 2 done", self.text("readout"))

    def place(self):
        """Of the chosen cell on the map."""
        return self.text("point-title").partition(", activation")[0]

    def shown_value(self, name):
        found = re.search(rf"{name} = ([-\d.e]+)", self.text("readout"))
        return found and round(float(found.group(1)), 4)

    def test_any_column_over_any_axes(self):
        self.open("parity")
        self.check("replicate", False)
        self.choices("column").select_by_value("n_states")
        counts = self.ds["n_states"].isel(activation=0, replicate=0).values
        gain, fraction = np.argwhere(counts[..., 0] != counts[..., 1])[0]
        fine, coarse = map(float, counts[gain, fraction])
        self.click(fraction, gain, 4, 3)
        self.soon(lambda: self.shown_value("n_states"), coarse)
        self.slide("merge_distance", 0)
        self.soon(lambda: self.shown_value("n_states"), fine)
        self.choices("x").select_by_value("gain")  # was upright: they change places
        self.assertEqual(self.choices("y").first_selected_option.text, "fraction")
        self.click(gain, fraction, 3, 4)
        self.soon(lambda: self.shown_value("n_states"), fine)
        for column in self.choices("column").options:
            drawn = self.data("drawn")
            self.choices("column").select_by_value(column.get_attribute("value"))
            self.soon(lambda: self.data("drawn") != drawn or column.is_selected(), True)

    def test_keys_move_the_cell(self):
        self.open("parity")
        frame = self.element("frame")
        frame.send_keys(Keys.HOME, Keys.PAGE_UP)
        self.soon(lambda: self.place(), "gain = 0.1, fraction = 0.3")
        frame.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
        self.soon(lambda: self.place(), "gain = 0.4, fraction = 0.6")
        frame.send_keys(Keys.END, Keys.PAGE_DOWN, Keys.ARROW_RIGHT)
        self.soon(lambda: self.place(), "gain = 1, fraction = 1")
        self.assertIn("gain = 1", self.text("readout"))
        self.assertEqual(self.element("readout").get_attribute("aria-live"), "polite")

    def test_its_command_trains_the_point_again(self):
        self.open("parity")
        self.click(1, 1, 4, 3)
        self.soon(lambda: self.place(), "gain = 0.4, fraction = 0.6")
        words = shlex.split(self.text("command"))
        self.assertEqual(words[:2], ["regime", "replay"])
        (self.folder / "point.h5").unlink(missing_ok=True)  # of another browser
        subprocess.run([PROGRAM, *words[1:]], check=True, cwd=self.folder, timeout=60,
                       stdout=subprocess.DEVNULL)
        expected = self.ds["train_loss"].values.ravel()[int(self.data("point"))]
        with h5py.File(self.folder / "point.h5") as again:
            self.assertEqual(again["train_loss"][()].item(), expected)

    def test_a_model_without_automata(self):
        self.open("linear")
        self.assertEqual(self.text("automaton"), "")
        self.assertIn("gain = ", self.text("point-title"))
        self.click(2, 0, 3, 1)
        self.soon(lambda: self.text("point-title"), "gain = 1, n_hidden = 8")
        self.assertIn(" pair=2 ", self.text("command"))
        lines = self.run_script("return document.querySelectorAll('.chart path.line').length")
        self.assertGreater(lines, 4)

    def test_a_model_without_loss_and_epochs(self):
        self.open("walk")
        self.assertFalse(self.element("curves-card").is_displayed())
        self.assertEqual(Select(self.element("column")).first_selected_option.text, "final")
        self.click(3, 0, 5, 1)
        self.soon(lambda: self.text("point-title"), "drift = 0.5, replicate = 0")
        self.assertEqual(self.run_script("""
            return [...document.querySelectorAll("#beside figcaption")].map((title) => title.textContent)"""), ["course"])
        self.assertIn("step", self.run_script("""
            return document.querySelector("#beside svg").getAttribute("aria-label")"""))
        words = shlex.split(self.text("command"))
        self.assertEqual(words[:3], ["regime", "run", "SWEEP.cfg"])
        (self.folder / "SWEEP.cfg").write_text(WALK)
        subprocess.run([PROGRAM, *words[1:-1], "walked.h5"], check=True, cwd=self.folder, timeout=60,
                       stdout=subprocess.DEVNULL)
        with regime.open(self.folder / "walked.h5") as again, regime.open(self.file("walk")) as ds:
            self.assertEqual(again["final"].values.ravel()[12], ds["final"].values.ravel()[12])

    def test_unfinished_and_diverged_cells(self):
        self.open("wild")
        marks = self.text("marks")
        for mark in ("unfinished", "diverged", "not stopped by the loss"):
            self.assertIn(mark, marks)
        n_columns = 3
        self.click(1, 0, n_columns, 2)
        self.soon(lambda: "diverged" in self.text("readout"), True)
        self.click(1, 1, n_columns, 2)
        self.soon(lambda: "unfinished" in self.text("readout"), True)
        self.soon(lambda: "no results yet" in self.text("curves-text"), True)

    # ---- where it is shown -----------------------------------------------------------------------

    def test_narrow_screens_need_no_sideways_scroll(self):
        for name in ("parity", "linear", "wild"):
            self.open(name, PHONE)
            self.run_script("""
                document.querySelectorAll("details").forEach((part) => { part.open = true; })""")
            wide, seen = (self.run_script(f"return document.documentElement.{kind}Width")
                          for kind in ("scroll", "client"))
            self.assertEqual(wide, seen)
            self.assertLessEqual(seen, 500)  # Chromium's is as asked, no window of others as narrow

    def test_nothing_is_fetched_and_all_controls_have_names(self):
        self.open("parity")
        fetched = self.run_script("return performance.getEntriesByType('resource').length")
        self.assertEqual(fetched, 0)
        nameless = self.run_script("""
            const parts = [...document.querySelectorAll("select, input, button, svg[role]")];
            const isNamed = (part) => part.labels?.length || part.ariaLabel
                || part.tagName === "BUTTON" && part.textContent.trim();
            return parts.filter((part) => !isNamed(part)).map((part) => part.outerHTML)""")
        self.assertEqual(nameless, [])

    def test_another_width_draws_the_map_anew(self):
        self.open("parity")
        before = self.element("cells").size["width"]
        self.emulate((700, 800))
        self.soon(lambda: self.element("cells").size["width"] == before, False)

    def test_an_older_browser_says_what_it_lacks(self):
        page = (self.folder / "linear.html").read_text()
        for known, unknown in (("new DecompressionStream(", "new UnknownStream("),
                               ('<script type="module">\n', '<script type="module">\nunknown syntax;')):
            self.assertIn(known, page)
            older = self.folder / "older.html"
            older.write_text(page.replace(known, unknown))
            self.browser.get(older.as_uri())
            self.soon(lambda: self.element("waiting").size["height"] > 10, True)
            self.assertIn("Safari", self.text("waiting"))
            self.complaints()  # of this page
        self.open("linear")
        self.assertEqual(self.browser.find_elements(By.ID, "waiting"), [])


class Chromium(Page, unittest.TestCase):
    """And what its driver alone can bring about: other colours, a telephone's screen, paper."""

    needed, start = ("chromedriver",), browsers.chromium

    def complaints(self):
        return super().complaints() + self.browser.get_log("browser")

    def emulate(self, size=DESK, scheme="light", medium=""):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "media": medium, "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def test_text_is_legible_in_light_and_dark(self):
        grounds = []
        for scheme in ("light", "dark"):
            self.open("parity", scheme=scheme)
            for part in (".headline", "#readout", "#column-text", "dt", "td", "a"):
                text, ground = self.colour(part, "color"), self.colour(".card", "backgroundColor")
                self.assertGreater(contrast(text, ground), 4.5, f"{part}, {scheme}")
            grounds.append(luminance(ground))
        self.assertGreater(grounds[0], 0.8)
        self.assertLess(grounds[1], 0.1)

    def colour(self, selector, kind):
        text = self.run_script("""
            return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]""",
                               selector, kind)
        return [float(part) for part in re.findall(r"[\d.]+", text)[:3]]

    def test_print_has_no_controls_and_is_light(self):
        self.open("parity", scheme="dark")
        self.emulate(scheme="dark", medium="print")
        self.assertFalse(self.element("copy").is_displayed())
        for selector in ("nav", ".slider input", ".slider .check"):
            self.assertFalse(self.browser.find_element(By.CSS_SELECTOR, selector).is_displayed())
        self.assertEqual(self.colour("body", "backgroundColor"), [255, 255, 255])
        self.assertLess(luminance(self.colour("body", "color")), 0.1)
        self.run_script("dispatchEvent(new Event('beforeprint'))")
        self.assertTrue(self.run_script(
            "return [...document.querySelectorAll('details')].every((part) => part.open)"))
        printed = self.browser.execute_cdp_cmd("Page.printToPDF", {})["data"]
        self.assertGreater(len(printed), 10000)


class Firefox(Page, unittest.TestCase):
    needed, start = ("geckodriver",), browsers.firefox


class WebKit(Page, unittest.TestCase):
    """The nearest to Safari."""

    needed, start = ("WebKitWebDriver", "Xvfb"), browsers.webkit


def luminance(colour):
    """Relative, of sRGB (WCAG 2.1)."""
    parts = np.asarray(colour) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
