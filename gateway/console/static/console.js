"use strict";
// A conversation that a person answers: what is said meanwhile is fetched and added, every few seconds while it is looked at.
const list = document.querySelector("[data-lines]");
const EVERY = 3000;

async function look() {
  const address = new URL(list.dataset.lines, location.origin);
  address.searchParams.set("after", list.dataset.next);
  const answer = await fetch(address, { redirect: "error", credentials: "same-origin" });
  if (!answer.ok) return;
  const text = await answer.text();
  const state = answer.headers.get("X-State");
  if (answer.headers.get("X-Next") !== list.dataset.next) {
    list.dataset.next = answer.headers.get("X-Next");
    list.append(...new DOMParser().parseFromString(text, "text/html").querySelectorAll("li"));
    list.lastElementChild?.scrollIntoView({ block: "nearest" });
  }
  const writing = document.querySelector("#say")?.value;
  if (state !== list.dataset.state && !writing) location.replace(location.pathname);
}

async function again() {
  if (!document.hidden) await look().catch(() => undefined);
  setTimeout(again, EVERY);
}

if (list) {
  list.lastElementChild?.scrollIntoView({ block: "nearest" });
  setTimeout(again, EVERY);
}
document.querySelector("#say")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
});
