// Keeps what is typed into a form on this device, so that neither a lock nor a crash loses more than the last seconds.
// Pages work without it: a button does the same. It speaks to one address of this desk and to nothing else.
"use strict";

(function () {
  for (const mark of document.querySelectorAll("input[name=kept_form]")) {
    const form = mark.form;
    if (!form.querySelector("[formaction='/kept']")) continue;
    let timer = 0, pause = 3000;
    const send = (leaving) => {
      window.clearTimeout(timer);
      timer = 0;
      const body = String(new URLSearchParams(new FormData(form)));
      pause = 3000 + body.length / 100; // a long transcript is sent less often
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      return fetch("/kept", { method: "POST", headers, body, keepalive: leaving === true && body.length < 60000 }).catch(() => undefined);
    };
    form.addEventListener("input", () => { if (!timer) timer = window.setTimeout(send, pause); });
    form.addEventListener("submit", () => { window.clearTimeout(timer); timer = -1; });
    window.addEventListener("pagehide", () => { if (timer > 0) send(true); });
    document.addEventListener("submit", (event) => {
      // The lock waits for the last words.
      if (timer <= 0 || event.target.getAttribute("action") !== "/lock") return;
      event.preventDefault();
      send().then(() => event.target.submit());
    });
  }
})();
