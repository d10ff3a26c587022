// The payment form: the provider's own fields, our own state. Nothing is paid until our server says so.
"use strict";

(() => {
  const main = document.querySelector("main");
  const { base, kind, language } = main.dataset;
  const part = (id) => document.getElementById(id);
  const text = (name) => main.querySelector(`template[data-text="${name}"]`)?.content.textContent ?? "";
  const form = part("form");
  const problem = part("failure");
  const FINAL = { succeeded: "already_paid", cancelled: "cancelled", expired: "expired" };
  /** What the provider's codes are called here; all others are `provider_refused`. */
  const FAILURES = {
    card_declined: "declined",
    generic_decline: "declined",
    do_not_honor: "declined",
    insufficient_funds: "insufficient_funds",
    expired_card: "card_expired",
    incorrect_number: "card_details_wrong",
    invalid_number: "card_details_wrong",
    incorrect_cvc: "card_details_wrong",
    invalid_cvc: "card_details_wrong",
    invalid_expiry_month: "card_details_wrong",
    invalid_expiry_year: "card_details_wrong",
    authentication_required: "authentication_required",
    payment_intent_authentication_failure: "authentication_failed",
    setup_intent_authentication_failure: "authentication_failed",
  };
  let stripe, elements, element, secret;

  async function call(path, body) {
    const sent = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(`${base}/${path}`, { cache: "no-store", ...sent });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.status === 204 ? {} : answer.json();
  }

  /** Show one of our texts in place of the form. */
  function show(name, { final = true, retry = false } = {}) {
    main.dataset.shown = name;
    form.hidden = true;
    part("status").textContent = text(name);
    part("back").hidden = !final;
    part("retry").hidden = !retry;
    main.querySelector("h1").focus();
  }

  function showForm(failure) {
    main.dataset.shown = "form";
    form.hidden = false;
    part("status").textContent = "";
    part("back").hidden = part("retry").hidden = true;
    problem.hidden = !failure;
    problem.textContent = failure ? text(`failure_${failure}`) : "";
    busy(false);
  }

  function busy(is) {
    for (const control of form.querySelectorAll("button, input#save")) control.disabled = is;
    form.setAttribute("aria-busy", String(is));
    part("status").textContent = is ? text("busy") : "";
  }

  function failureOf(error) {
    if (error.type === "validation_error") return "card_details_wrong";
    return FAILURES[error.decline_code] ?? FAILURES[error.code] ?? "provider_refused";
  }

  /** The provider's fields, in the element that takes whatever the customer pays with, or in the one for cards. */
  function mount(session) {
    if (secret === session.client_secret) return;
    secret = session.client_secret;
    element?.destroy();
    stripe ??= window.Stripe(session.publishable_key, { locale: language });
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const whole = typeof stripe.confirmPayment === "function";
    elements = whole ? stripe.elements({ clientSecret: secret, appearance: { theme: dark ? "night" : "stripe" } }) : stripe.elements();
    const color = getComputedStyle(main).color;
    element = whole ? elements.create("payment") : elements.create("card", { hidePostalCode: true, style: { base: { color, fontSize: "16px" } } });
    part("element").classList.toggle("whole", whole);
    element.mount(part("element"));
  }

  /** Let the provider ask the bank, and the customer where the bank wants it. */
  async function confirm() {
    const card = { payment_method: { card: element } };
    if (typeof stripe.confirmPayment === "function") {
      await elements.fetchUpdates?.();
      const whole = { elements, confirmParams: { return_url: location.href.split(/[?#]/)[0] }, redirect: "if_required" };
      return kind === "card" ? stripe.confirmSetup(whole) : stripe.confirmPayment(whole);
    }
    return kind === "card" ? stripe.confirmCardSetup(secret, card) : stripe.confirmCardPayment(secret, card);
  }

  async function submit() {
    busy(true);
    problem.hidden = true;
    try {
      if (part("save")?.checked && (await open({ save_card: true })) !== "open") return;
      const { error, paymentIntent } = (await confirm()) ?? {};
      const failed = error ?? (paymentIntent?.status === "requires_payment_method" ? (paymentIntent.last_payment_error ?? {}) : undefined);
      if (failed) await again(failureOf(failed));
      else if (kind === "card") await saved();
      else await settle();
    } catch {
      await again("provider_refused");
    }
  }

  /** Another try: on the same payment, by whatever the server says is its way now. */
  async function again(failure) {
    try {
      if ((await open({})) === "open") showForm(failure);
    } catch {
      showForm(failure);
    }
  }

  async function saved() {
    await call("done", {}).catch(() => undefined); // the provider tells our server, too
    show("saved");
  }

  /** The provider tells our server; this page asks our server, ever less often. */
  async function settle() {
    show("processing", { final: false });
    for (let tries = 0; ; tries++) {
      await new Promise((done) => setTimeout(done, tries < 20 ? 1000 : 10_000));
      const { state } = await call("state").catch(() => ({}));
      if (state === "succeeded") return show("paid");
      if (state === "cancelled" || state === "expired") return show(state);
      if (tries === 20) show("late");
    }
  }

  /** Ask the server how it stands; `open` where something can be paid or saved. */
  async function open(wanted) {
    const session = await call("session", wanted);
    if (session.state in FINAL) show(FINAL[session.state]);
    else if (session.state === "processing") await settle();
    else if (!session.client_secret) throw new Error("no session");
    else {
      mount(session);
      return "open";
    }
    return session.state;
  }

  async function begin() {
    const back = new URLSearchParams(location.search).get("redirect_status");
    if (back) history.replaceState(null, "", location.pathname); // the address holds a secret of the provider
    if (back === "succeeded" || back === "processing" || back === "pending") return kind === "card" ? saved() : settle();
    try {
      part("retry").hidden = true;
      if ((await open({})) === "open") showForm(back === "failed" ? "authentication_failed" : main.dataset.failure);
    } catch {
      show("unavailable", { final: false, retry: true });
    }
  }

  async function cancel() {
    busy(true);
    try {
      const { state } = await call("cancel", {});
      if (state === "processing") return await settle();
      show(FINAL[state] ?? "unavailable");
    } catch {
      showForm();
    }
  }

  if (!form) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  part("cancel")?.addEventListener("click", () => void cancel());
  part("retry").querySelector("button").addEventListener("click", () => void begin());
  void begin();
})();
