"""What a page makes of the tags of cells: extra parts are marked, answers are folded
behind the guess that they answer."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from nbformat import NotebookNode

from course.notebook.cells import is_extra, is_guess, tags


def mark_layers(soup: BeautifulSoup, notebook: NotebookNode, name: str) -> None:
    """Mark the layers on the page of a notebook."""
    places = {tag["id"]: tag for tag in soup.select("main [id]")}
    for cell in notebook.cells:
        place = places.get(f"cell-id={cell.id}")
        if place is None:
            continue
        if is_extra(cell):
            place["class"] = [*place.get("class", []), "course-extra"]
        if is_guess(cell):
            place.insert_after(field(soup, f"{name}/{cell.id}"))
        if "answer" in tags(cell):
            fold(soup, place, cell)


def field(soup: BeautifulSoup, key: str) -> Tag:
    """Return a field for the reader's own guess. Its script, `guess.js`, shows it and
    keeps what is written; without a script the answers are a click away all the same."""
    form = soup.new_tag("form", attrs={"class": "course-guess", "data-guess": key})
    form["hidden"] = ""
    label = soup.new_tag("label")
    label.string = "Your guess "
    entry = {"type": "text", "name": "guess", "autocomplete": "off", "maxlength": "200"}
    label.append(soup.new_tag("input", attrs=entry))
    button = soup.new_tag("button", type="submit")
    button.string = "Show the answer"
    form.extend([label, " ", button])
    return form


def fold(soup: BeautifulSoup, place: Tag, cell: NotebookNode) -> None:
    """Fold what tells the answer: the output of code, all of a text."""
    is_code = cell.cell_type == "code"
    told = place.select_one(
        ".jp-Cell-outputWrapper" if is_code else ".jp-Cell-inputWrapper"
    )
    if told is None:
        return
    details = soup.new_tag("details", attrs={"class": "course-answer"})
    summary = soup.new_tag("summary")
    summary.string = "What it gave" if is_code else "What it shows"
    told.wrap(details)
    details.insert(0, summary)
