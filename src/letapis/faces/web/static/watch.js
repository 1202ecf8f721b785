// Looks after long work: asks every two seconds how far it is, and opens its page again when it is over. Without it the page renews itself.
"use strict";

(function () {
  const place = document.querySelector("[data-far]");
  if (!place) return;
  const words = place.querySelector("label"), bar = place.querySelector("progress");

  async function look() {
    const answer = await fetch(place.dataset.far).catch(() => null);
    if (!answer) return; // the desk was closed
    const far = answer.ok ? await answer.json() : null;
    if (!far || far.over) { location.reload(); return; }
    if (words.textContent !== far.words) words.textContent = far.words;
    if (far.total) { bar.max = far.total; bar.value = far.done; }
    setTimeout(look, 2000);
  }

  setTimeout(look, 1000);
})();
