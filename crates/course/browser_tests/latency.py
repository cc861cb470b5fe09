"""Measure how long a changed display takes from a cell to the reader's screen.

Run by `./kernel-setup.sh bench`: a cell of a real kernel changes a display ten times a second
and writes the time into it; the page notes when it has drawn each. The clock is the machine's.
"""

from __future__ import annotations

from statistics import median, quantiles

from nbformat.v4 import new_code_cell, new_notebook

from course.browser_tests.session import Lab, copy_of_the_course, server_and_browser
from course.notebook.files import save

UPDATES = 100
WANTED = 100  # ms
CELL = f"""use std::time::{{Duration, SystemTime, UNIX_EPOCH}};
for number in 0..={UPDATES} {{
    let word = if number == 0 {{ "display_id" }} else {{ "update_display_id" }};
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    println!("EVCXR_BEGIN_CONTENT text/html {{word}}=latency");
    println!("<span class='sent'>{{now}}</span>\\nEVCXR_END_CONTENT");
    std::thread::sleep(Duration::from_millis(100));
}}"""
NOTE = """() => {
  window.delays = {};
  const note = () => {
    const sent = document.querySelector('.jp-OutputArea .sent')?.textContent;
    // The first picture after the change is drawn when the next frame begins.
    if (sent && !(sent in window.delays)) {
      window.delays[sent] = null;
      requestAnimationFrame(() => { window.delays[sent] = Date.now() - Number(sent); });
    }
    requestAnimationFrame(note);
  };
  note();
}"""


def delays() -> list[float]:
    """Return the milliseconds from each update, sent, to its picture, drawn."""
    path = copy_of_the_course() / "latency.ipynb"
    save(new_notebook(cells=[new_code_cell(CELL, id="updates")]), path, "")
    with server_and_browser("browser-latency.log") as (server, browser):
        lab = Lab(browser, server)
        lab.open(path)
        lab.until_idle("the kernel to start")
        lab.page.evaluate(NOTE)
        lab.begin("notebook:run-all-cells")
        lab.until(lambda state: state["cells"][0]["count"], "the cell to end")
        lab.page.wait_for_timeout(500)
        drawn = lab.page.evaluate("Object.values(window.delays)")
    return [delay for delay in drawn if delay is not None]


def main() -> None:
    drawn = delays()
    middle, late = median(drawn), quantiles(drawn, n=20)[-1]
    print(
        f"from a display's update to its picture: median {middle:.0f} ms, 95th percentile"
        f" {late:.0f} ms, {len(drawn)} of {UPDATES + 1} drawn   wanted at most {WANTED} ms"
        + ("   MISSED" if middle > WANTED else "")
    )


if __name__ == "__main__":
    main()
