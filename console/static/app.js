// What no attribute says: that a session ends soon, that the line is lost, that a page is to be asked for again, and how
// one goes about in a grid.
// Without it all goes on.
(() => {
  "use strict";
  const ending = document.getElementById("ending");
  if (ending) {
    const warning = Number(ending.dataset.warning);
    let timer;
    let known = false; // that it ends: told once, unless it goes on for longer
    const watch = (left) => {
      clearTimeout(timer);
      if (left > warning) {
        known = false;
        ending.close();
      }
      timer = setTimeout(look, Math.max(0, known ? left : left - warning) * 1000);
    };
    const told = async (path, how) => {
      const answer = await fetch(path, how);
      if (answer.status >= 500) throw answer;
      return answer.ok ? Number(await answer.text()) : 0;
    };
    // Asked for anew, since another window may have kept it; by the clock, if nobody answers.
    const look = async () => {
      const left = await told("/session/left", { headers: { "HX-Request": "true" } }).catch(() => (known ? 0 : warning));
      if (left && (known || left > warning)) watch(left);
      else if (left) {
        known = true;
        watch(left);
        const end = new Date(Date.now() + left * 1000);
        ending.querySelector("time").textContent = end.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
        ending.showModal();
      } else {
        ending.close();
        document.getElementById("ended").showModal();
      }
    };
    watch(Number(ending.dataset.left));
    ending.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const sent = { method: "POST", body: new URLSearchParams(new FormData(event.target)) };
      const left = await told("/session/stay", sent).catch(() => undefined);
      if (left === undefined) return; // the line is cut: it can be pressed again
      ending.close();
      left ? watch(left) : look();
    });
    // What is saved while somebody types has used the session, too.
    document.addEventListener("htmx:after:request", (event) => {
      const left = Number(event.detail.ctx.response.headers.get("Session-Left"));
      if (left) watch(left);
    });
  }

  const line = document.getElementById("line");
  let waiting; // a form that was sent meanwhile, and its button
  const show = () => {
    line.hidden = navigator.onLine;
    line.querySelector(".line-sends").hidden = !waiting;
  };
  addEventListener("online", () => {
    const [form, button] = waiting ?? [];
    waiting = undefined;
    show();
    form?.requestSubmit(button);
  });
  addEventListener("offline", show);
  let sent = false; // a form, and its page goes: what was saved of it as a draft must not come after it
  addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.getAttribute("method") === "dialog") return;
    sent = navigator.onLine;
    if (sent) return;
    event.preventDefault();
    waiting = [event.target, event.submitter];
    show();
  });
  addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("htmx:before:request", (event) => { if (sent) event.preventDefault(); });
  document.addEventListener("htmx:error", () => { line.hidden = false; });
  document.addEventListener("htmx:after:request", show);
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    const { unsaved } = sourceElement.dataset;
    if (unsaved && response.raw.status >= 400) sourceElement.textContent = unsaved;
  });

  const again = document.querySelector("[data-again]");
  if (again) setTimeout(() => location.reload(), again.dataset.again * 1000);

  // From cell to cell as in a spreadsheet: arrows where the text ends, Enter down. Shift+Enter breaks a line.
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };
  const leaves = (field, key) => {
    if (field.tagName === "SELECT") return key === "ArrowLeft" || key === "ArrowRight" || key === "Enter";
    if (key === "Enter") return true;
    if (field.selectionStart !== field.selectionEnd && field.selectionEnd - field.selectionStart < field.value.length) return false;
    const back = key === "ArrowUp" || key === "ArrowLeft";
    return field.selectionStart !== field.selectionEnd || field.selectionStart === (back ? 0 : field.value.length);
  };
  const beside = (field, key) => {
    const cell = field.closest("td");
    const fields = [...cell.querySelectorAll("select, textarea")];
    const at = fields.indexOf(field);
    const [down, right] = STEPS[key];
    if (right && fields[at + right]) return fields[at + right];
    const row = cell.closest("tbody").rows[cell.parentElement.sectionRowIndex + down];
    const next = row?.cells[cell.cellIndex + right];
    if (next?.tagName !== "TD") return null;
    const there = next.querySelectorAll("select, textarea");
    return there[right > 0 ? 0 : right < 0 ? there.length - 1 : at];
  };
  for (const grid of document.querySelectorAll("[data-grid]")) {
    grid.addEventListener("keydown", (event) => {
      const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
      if (!plain || !(event.key in STEPS) || !leaves(event.target, event.key)) return;
      const next = beside(event.target, event.key);
      if (!next) return;
      event.preventDefault();
      next.focus();
      next.select?.();
    });
  }
})();
