// The one script of the console. Every page works without it where it can: it fetches pages with the
// token of whoever signed in, redraws forms whose choices depend on each other, and shows how far a
// test is. It must never write HTML that did not come from our own server.
"use strict";

(() => {
  const KEY = "northstar-console-token";
  let token = sessionStorage.getItem(KEY);
  let asked = 0;

  // ------------------------------------------------------------------ pages

  const address = (path) => {
    const url = new URL(path, location.href);
    if (token !== null && url.pathname.startsWith("/console") && !url.pathname.startsWith("/console/page")) {
      url.pathname = "/console/page" + url.pathname.slice("/console".length);
    }
    return url;
  };
  const shown = (url) => url.pathname.replace("/console/page", "/console") + url.search + url.hash;

  async function ask(path, options = {}) {
    const headers = { Accept: "text/html", ...(options.headers ?? {}) };
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(address(path), { ...options, headers, credentials: "same-origin" });
    if (answer.status === 401 && token !== null) {
      sessionStorage.removeItem(KEY);
      token = null;
      await signIn("/console/sign-in");
    }
    return answer;
  }

  function swap(html, focusId) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    document.title = fresh.title;
    document.body.replaceChildren(...fresh.body.childNodes);
    begin();
    const focus = focusId ? document.getElementById(focusId) : document.getElementById("main");
    focus?.focus({ preventScroll: Boolean(focusId) });
  }

  async function visit(path, options = {}, keep = false) {
    const mine = ++asked;
    document.getElementById("main")?.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(path, options);
      const html = await answer.text();
      if (mine !== asked) return;
      const focused = keep ? document.activeElement?.id : "";
      const y = window.scrollY;
      if (!keep) history.pushState({}, "", shown(new URL(answer.url)));
      swap(html, focused);
      window.scrollTo(0, keep ? y : 0);
    } catch {
      document.getElementById("main")?.removeAttribute("aria-busy");
      say("The console cannot be reached. Look at your network, and try again.");
    }
  }

  function say(words) {
    const place = document.getElementById("notices");
    if (place === null) return;
    const box = document.createElement("div");
    box.className = "note bad";
    box.append(Object.assign(document.createElement("p"), { textContent: words }));
    place.replaceChildren(box);
  }

  function entered(form, button) {
    const data = new URLSearchParams(new FormData(form));
    if (button?.name) data.append(button.name, button.value);
    return data;
  }

  // --------------------------------------------------------------- signing in

  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const random = () => text(crypto.getRandomValues(new Uint8Array(32)));
  const redirect = () => location.origin + "/console/signed-in";

  async function signIn(from) {
    const answer = await fetch(from, { headers: { Accept: "application/json" } });
    const provider = await answer.json();
    if (!answer.ok) throw new Error(provider.title);
    const [verifier, state] = [random(), random()];
    const back = location.pathname === "/console/signed-in" ? "/console" : location.pathname + location.search;
    sessionStorage.setItem("northstar-console-question", JSON.stringify({ verifier, state, back }));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    const url = new URL(provider.authorize);
    const words = {
      response_type: "code", client_id: provider.client, redirect_uri: redirect(), scope: provider.scope,
      state, code_challenge: text(digest), code_challenge_method: "S256",
    };
    for (const [key, value] of Object.entries(words)) url.searchParams.set(key, value);
    location.assign(url);
  }

  async function comeBack(from) {
    const brought = new URLSearchParams(location.search);
    const question = JSON.parse(sessionStorage.getItem("northstar-console-question") ?? "null");
    sessionStorage.removeItem("northstar-console-question");
    if (question === null || brought.get("state") !== question.state || !brought.get("code")) {
      throw new Error("The identity provider did not sign you in" + (brought.get("error") ? ` (${brought.get("error")}).` : "."));
    }
    const answer = await fetch(from, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code: brought.get("code"), verifier: question.verifier, redirect: redirect() }),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.title);
    token = told.token;
    sessionStorage.setItem(KEY, token);
    history.replaceState({}, "", question.back);
    await visit(question.back, {}, true);
  }

  async function enter(shell) {
    const from = shell.dataset.signIn;
    try {
      if (location.pathname === "/console/signed-in") await comeBack(from);
      else if (token !== null) await visit(location.pathname + location.search, {}, true);
      else await signIn(from);
    } catch (error) {
      const place = document.getElementById("signing-in");
      if (place !== null) place.textContent = error.message + " Load the page again to try once more.";
    }
  }

  // ----------------------------------------------------------- tests, step by step

  async function runTest(form) {
    const list = document.getElementById(form.dataset.test);
    const button = form.querySelector("button");
    list.replaceChildren();
    list.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
      let next = "";
      do {
        const answer = await ask(form.action + "/step?" + next, { method: "POST", body: new URLSearchParams() });
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        const row = fresh.querySelector("li[data-step]");
        if (row === null) throw new Error("no row");
        const before = list.querySelector(`li[data-step="${CSS.escape(row.dataset.step)}"]`);
        if (before === null) list.append(row);
        else before.replaceWith(row);
        next = row.dataset.next ?? "";
      } while (next !== "");
    } catch {
      say("The test was cut off. Look at your network, and try again.");
    }
    list.removeAttribute("aria-busy");
    button.disabled = false;
  }

  // -------------------------------------------------------------------- events

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const words = button?.dataset.sure ?? form.dataset.sure;
    if (words && !window.confirm(words)) {
      event.preventDefault();
      return;
    }
    if (form.dataset.test) {
      event.preventDefault();
      runTest(form);
      return;
    }
    const path = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.pathname;
    const redraws = button?.hasAttribute("data-redraws") ?? false;
    if (token === null && !redraws) return;
    event.preventDefault();
    const data = entered(form, button);
    if (form.method === "get") visit(path + "?" + data, {}, false);
    else visit(path, { method: "POST", body: data }, redraws);
  });

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("button[data-copy]");
    if (copy !== null) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => { copy.textContent = "Copied"; });
      return;
    }
    const link = event.target.closest("a[href^='/console']");
    if (token === null || link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    visit(link.getAttribute("href"));
  });

  let waiting = 0;
  const redraw = (control) => {
    const button = control.form?.querySelector("button[data-redraws]");
    if (!control.hasAttribute("data-redraw") || !button) return;
    clearTimeout(waiting);
    visit(button.getAttribute("formaction"), { method: "POST", body: entered(control.form, button) }, true);
  };
  document.addEventListener("change", (event) => redraw(event.target));

  // A line beside a control that shows what the server makes of it.
  let showing = 0;
  document.addEventListener("input", (event) => {
    const control = event.target;
    const place = document.querySelector(`output[data-shows][for="${CSS.escape(control.id)}"]`);
    if (place === null) return;
    clearTimeout(showing);
    showing = setTimeout(async () => {
      const body = new URLSearchParams({ text: control.value });
      const answer = await ask(place.dataset.shows, { method: "POST", body }).catch(() => null);
      if (answer?.ok) place.textContent = await answer.text();
    }, 300);
  });
  document.addEventListener("input", (event) => {
    if (event.target.tagName !== "INPUT" || event.target.type !== "text") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => redraw(event.target), 600);
  });
  window.addEventListener("popstate", () => {
    if (token !== null) visit(location.pathname + location.search, {}, true);
  });

  // Runs on what the server sent, once for each page.
  function begin() {
    for (const time of document.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      if (!Number.isNaN(moment.valueOf())) {
        time.title = time.textContent;
        time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
      }
    }
    for (const it of document.querySelectorAll("[data-with-script]")) it.hidden = false;
    const shell = document.querySelector("[data-sign-in]");
    if (shell !== null) enter(shell);
  }
  begin();
})();
