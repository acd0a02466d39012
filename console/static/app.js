// What no attribute says: that a session ends soon, and that the line is lost. Without it all goes on.
(() => {
  "use strict";
  const WARN = 120; // seconds before the end

  const ending = document.getElementById("ending");
  let timer;
  const watch = () => {
    clearTimeout(timer);
    const left = Number(ending.dataset.left);
    timer = setTimeout(() => ending.showModal(), Math.max(0, left - WARN) * 1000);
  };
  if (ending) {
    watch();
    ending.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const answer = await fetch("/session/stay", { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
        if (answer.ok) {
          ending.close();
          watch();
        } else location.reload();
      } catch {
        location.reload();
      }
    });
  }

  const line = document.getElementById("line");
  const show = () => { line.hidden = navigator.onLine; };
  addEventListener("online", show);
  addEventListener("offline", show);
  document.addEventListener("htmx:error", () => { line.hidden = false; });
  document.addEventListener("htmx:after:request", show);
})();
