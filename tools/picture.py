"""Draw the one picture of the README with Typst, so that it can be made again from text."""

from pathlib import Path

import typst

TARGET = Path(__file__).parent.parent / "docs" / "pictures" / "main-job.png"

SOURCE = r"""
#set page(width: 25cm, height: auto, margin: 0.7cm, fill: rgb("#fbfaf7"))
#set text(font: ("Libertinus Serif",), size: 12.5pt, fill: rgb("#22303c"))
#set par(leading: 0.55em)
#let ink = rgb("#2f5d73")
#let arrow = align(center + horizon, text(size: 17pt, fill: ink)[→])
#let back = align(center + horizon, text(size: 17pt, fill: ink)[←])
#let step(title, body, tint) = box(
  width: 100%, height: 3.3cm, inset: 9pt, radius: 5pt, fill: tint, stroke: 0.7pt + ink.lighten(45%),
  align(top + left)[#text(weight: "bold", fill: ink)[#title] #v(2pt) #text(size: 11pt)[#body]],
)
#let line(..cells) = grid(columns: (1fr, 0.75cm, 1fr, 0.75cm, 1fr, 0.75cm, 1fr), align: horizon, ..cells)
#let cool = rgb("#eef3f5")
#let warm = rgb("#f6f0e4")
#line(
  step("A person tells", [a testimony, a document, a picture. They get a code name; who they are is sealed apart, for two to open.], warm), arrow,
  step("The original is sealed", [byte for byte, hashed, written into a log that cannot be changed unseen.], cool), arrow,
  step("Notes become claims", [one source says one thing about one person, with the passage and how they know.], cool), arrow,
  step("Two others check", [passage, wording, consent. Contradictions stand side by side.], cool),
)
#align(right, box(width: 5.3cm, align(center, text(size: 17pt, fill: ink)[↓])))
#line(
  step("An outsider verifies", [with one small program, decades later, trusting nobody.], warm), back,
  step("A case file goes out", [only as far as the people concerned agreed.], cool), back,
  step("A letter is made", [every sentence points at the claims that carry it.], cool), back,
  step("The law is read", [element by element; what is missing comes back as questions.], cool),
)
"""

if __name__ == "__main__":
    TARGET.write_bytes(typst.compile(SOURCE.encode(), format="png", ppi=110))
