// The moment at which a sound or film stands goes into the note's field as it plays, unless somebody typed there. Without it people type it.
"use strict";

(function () {
  const player = document.getElementById("player"), field = document.querySelector("[data-moment]");
  if (!player || !field) return;
  let typed = false;
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  field.addEventListener("input", () => { typed = field.value !== ""; });
  player.addEventListener("timeupdate", () => {
    const now = player.currentTime;
    if (!typed) field.value = `${two(now / 3600)}:${two((now / 60) % 60)}:${two(now % 60)}`;
  });
})();
