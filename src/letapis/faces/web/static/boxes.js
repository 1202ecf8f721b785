// A box drawn with the mouse or a finger fills the four fields in percent of the page. Without it people type them.
"use strict";

(function () {
  const place = document.querySelector("[data-draw]"), form = document.getElementById("box");
  if (!place || !form) return;
  const picture = place.querySelector("img"), frame = document.createElement("div");
  frame.className = "rubber";
  frame.hidden = true;
  place.append(frame);
  let start = null;
  const at = (event) => {
    const edge = picture.getBoundingClientRect();
    const inside = (value, from, size) => Math.min(100, Math.max(0, ((value - from) / size) * 100));
    return { x: inside(event.clientX, edge.left, edge.width), y: inside(event.clientY, edge.top, edge.height) };
  };
  const box = (one, two) => ({ left: Math.min(one.x, two.x), top: Math.min(one.y, two.y), width: Math.abs(one.x - two.x), height: Math.abs(one.y - two.y) });

  picture.draggable = false;
  picture.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    start = at(event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!start) return;
    const drawn = box(start, at(event)), width = picture.clientWidth, height = picture.clientHeight;
    frame.hidden = false;
    frame.style.left = `${picture.offsetLeft + (drawn.left * width) / 100}px`;
    frame.style.top = `${picture.offsetTop + (drawn.top * height) / 100}px`;
    frame.style.width = `${(drawn.width * width) / 100}px`;
    frame.style.height = `${(drawn.height * height) / 100}px`;
  });
  picture.addEventListener("pointerup", (event) => {
    if (!start) return;
    const drawn = box(start, at(event));
    start = null;
    if (drawn.width < 0.2 || drawn.height < 0.2) { frame.hidden = true; return; }
    for (const [name, value] of Object.entries(drawn)) {
      const down = Math.floor(value * 100) / 100;
      form.elements.namedItem(name).value = String(name === "width" || name === "height" ? Math.max(0.01, down) : down);
    }
    form.elements.namedItem("reason").focus();
  });
})();
