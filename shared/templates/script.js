// What pages do better with than without. Each works as well where this does not run.
"use strict";

// English is written as the pages do: the day first, and the hours up to 24.
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const words = new Intl.DateTimeFormat(language, {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});

// Times in the reader's own zone; as the page has them, on pointing there.
function tellTimes(within) {
  for (const time of within.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      time.title = time.textContent;
      time.textContent = words.format(moment);
    }
  }
}

// A page of this site, as a document; null where it is another by now, as after signing out.
async function page(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Finds as one types: the form's own page, with what it found put in place.
function findAsTyped(form) {
  const found = document.getElementById(form.dataset.live);
  const told = form.querySelector("[role=status]");
  let last = 0;
  let wait;
  async function find() {
    const asked = ++last;
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    const answer = await page(address).catch(() => null);
    const now = answer?.getElementById(form.dataset.live);
    if (!now || asked !== last) return;
    found.replaceChildren(...now.childNodes);
    tellTimes(found);
    const many = found.querySelectorAll("li").length;
    told.textContent = many === 0 ? told.dataset.none : told.dataset.some.replace("{}", many);
    history.replaceState(null, "", address);
  }
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(find, 200);
  });
}

// Asks once more in place: the page that asks, in a dialog.
let asking = false;

function askInPlace(link) {
  link.addEventListener("click", async event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    const asked = (await page(link.href).catch(() => null))?.querySelector("main");
    if (!asked?.querySelector("form")) {
      asking = false;
      location.assign(link.href);
      return;
    }
    const dialog = document.createElement("dialog");
    const title = asked.querySelector("h1");
    title.id = "asked";
    dialog.setAttribute("aria-labelledby", "asked");
    dialog.append(...asked.childNodes);
    dialog.querySelector(".aside a").addEventListener("click", leave => {
      leave.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      asking = false;
      dialog.remove();
      link.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// A button that copies what stands beside it.
function offerCopy(shown) {
  const [copy, copied] = shown.dataset.copy.split("|");
  const text = shown.textContent.trim();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button second small";
  function say(word) {
    button.textContent = word;
    button.setAttribute("aria-label", `${word}: ${text}`);
  }
  say(copy);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(copied);
      setTimeout(say, 2000, copy);
    } catch {
      // Not let: it is marked, to be copied by hand.
      getSelection().selectAllChildren(shown);
    }
  });
  shown.append(" ", button);
}

// What a new password still lacks, while it is typed.
function tellRules(rules) {
  const form = rules.closest("form");
  const [password, again] = [form.elements.password, form.elements.confirm_password];
  const told = document.createElement("p");
  told.className = "hint";
  told.setAttribute("role", "status");
  again.closest(".field").after(told);
  const { minimum, one, more, differ, good } = rules.dataset;
  function tell() {
    const lacks = Number(minimum) - [...password.value.normalize("NFC")].length;
    if (password.value === "") told.textContent = "";
    else if (lacks > 0) told.textContent = lacks === 1 ? one : more.replace("{}", lacks);
    else if (again.value !== password.value) told.textContent = again.value === "" ? "" : differ;
    else told.textContent = good;
  }
  form.addEventListener("input", tell);
}

tellTimes(document);
document.querySelectorAll("form[data-live]").forEach(findAsTyped);
document.querySelectorAll("a[data-ask]").forEach(askInPlace);
document.querySelectorAll("[data-copy]").forEach(offerCopy);
document.querySelectorAll("[data-minimum]").forEach(tellRules);
