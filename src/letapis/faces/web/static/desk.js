// Speeds the desk up; every page works without it. No network, no storage, no timers.
// 1. A key on an element's data-key follows or presses it (one letter; "lock" is Alt+L). "?" opens the help, "/" the search field.
//    Inside [data-decide] the key of a choice makes it and moves on; Enter saves the form.
// 2. Marking words inside [data-passage] fills the offsets (in characters, not bytes) into the form that names it.
"use strict";

(function () {
  const choosing = (element) => element && element.matches("[data-decide] input[type=radio]");
  // A tick box takes no letters, so keys still lead on after one was ticked.
  const silent = (element) => choosing(element) || element.type === "checkbox";
  const typing = (element) => element && !silent(element) && (element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName));
  const rows = () => Array.from(document.querySelectorAll("[data-row]"));

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? 0 : now + step))];
    const target = next.querySelector("a, button, input, select, textarea") || next;
    if (target === next) next.tabIndex = -1;
    target.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function press(key, inside) {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const outside = () => Array.from(document.querySelectorAll(wanted)).find((element) => !element.closest("[data-row]"));
    const target = (inside && inside.querySelector(wanted)) || outside();
    if (!target || target.disabled) return false;
    if (choosing(target)) decide(target);
    else if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) target.focus();
    else target.click();
    if (target.matches("[data-decide] summary")) change(target);
    return true;
  }

  // A line that a note proposes: one key decides it and goes on to the next.
  function decide(radio) {
    radio.checked = true;
    radio.focus();
    move(1);
  }

  // Changing a line means taking it: its first field is ready to type in.
  function change(summary) {
    const row = summary.closest("[data-decide]");
    if (!summary.parentElement.open) return;
    row.querySelector("[data-key=a]").checked = true;
    const field = summary.parentElement.querySelector("input, select, textarea");
    if (field) field.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyL") {
      if (press("lock")) event.preventDefault();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && document.activeElement) {
      const form = document.activeElement.form;
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.key === "Escape" && typing(document.activeElement)) { document.activeElement.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(document.activeElement)) return;
    if (choosing(document.activeElement) && event.key.startsWith("Arrow")) return;
    if (event.key === "ArrowDown" && rows().length && document.activeElement !== document.body) { event.preventDefault(); move(1); return; }
    if (event.key === "ArrowUp" && rows().length && document.activeElement !== document.body) { event.preventDefault(); move(-1); return; }
    // Letters by their place on the keyboard, so that they also work under a Belarusian or Russian layout.
    const letter = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
    if (letter === "j" || letter === "k") { event.preventDefault(); move(letter === "j" ? 1 : -1); return; }
    const row = document.activeElement && document.activeElement.closest("[data-row]");
    if (press(letter, row)) event.preventDefault();
  });

  // In a table of lines Enter goes down its column, below the last line to the button for more.
  for (const table of document.querySelectorAll("table.sheet")) {
    table.addEventListener("keydown", (event) => {
      const at = /^([a-z])(\d+)$/.exec(event.target.name || "");
      if (event.key !== "Enter" || !at || event.ctrlKey || event.metaKey || event.isComposing) return;
      event.preventDefault();
      const next = event.target.form.elements.namedItem(at[1] + (Number(at[2]) + 1)) || document.querySelector("button[value=more]");
      if (next) next.focus();
    });
  }

  // Characters as Python counts them: one for each code point.
  const points = (text) => Array.from(text).length;

  function offsets(passage) {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!passage.contains(range.startContainer) || !passage.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.selectNodeContents(passage);
    before.setEnd(range.startContainer, range.startOffset);
    const start = points(before.toString());
    return { start, end: start + points(range.toString()), text: range.toString() };
  }

  function fill(passage) {
    const found = offsets(passage);
    if (!found) return;
    const form = document.getElementById(passage.dataset.passage);
    if (!form) return;
    for (const [name, value] of Object.entries(found)) {
      const field = form.elements.namedItem(`passage_${name}`);
      if (field) { field.value = String(value); field.dispatchEvent(new Event("input", { bubbles: true })); }
    }
  }

  for (const passage of document.querySelectorAll("[data-passage]")) {
    passage.addEventListener("mouseup", () => fill(passage));
    passage.addEventListener("keyup", () => fill(passage));
  }

  // A form that came back wrong says so to a screen reader at once.
  const errors = document.querySelector(".errors");
  if (errors) errors.focus();
})();
