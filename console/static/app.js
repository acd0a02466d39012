// Keeps the changing part of the page fresh; without it the page still works, reloaded by hand.
const now = document.getElementById("now");
if (now) {
  setInterval(async () => {
    const answer = await fetch(now.dataset.from);
    if (answer.ok) now.innerHTML = await answer.text();
  }, 1000);
}
