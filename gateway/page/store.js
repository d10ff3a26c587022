// What one tab remembers of each account: its conversation, and the message that is not answered yet.

const memory = new Map(); // where the browser refuses storage

/** `{"id"?, "visitorToken"?, "pending"?}` of the account. */
export function load(account) {
  try {
    return JSON.parse(sessionStorage.getItem(`conversation:${account}`)) ?? {};
  } catch {
    return memory.get(account) ?? {};
  }
}

export function save(account, kept) {
  memory.set(account, kept);
  try {
    sessionStorage.setItem(`conversation:${account}`, JSON.stringify(kept));
  } catch {
    // A reload then starts anew.
  }
}

export function lastAccount() {
  try {
    return sessionStorage.getItem("account");
  } catch {
    return null;
  }
}

export function rememberAccount(account) {
  try {
    sessionStorage.setItem("account", account);
  } catch {
    // The default is taken after a reload.
  }
}

/** A new idempotency key (`crypto.randomUUID` is missing on plain-HTTP addresses other than localhost). */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
