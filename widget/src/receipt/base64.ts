// Base64url without padding (RFC 7515), in the one encoding that those bytes have.

export const encoded = (raw: Uint8Array): string =>
  btoa(String.fromCharCode(...raw)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Throws for what is not exactly how its bytes are encoded. */
export function decoded(text: string): Uint8Array<ArrayBuffer> {
  const raw = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  if (encoded(raw) !== text) throw new TypeError("not the canonical encoding");
  return raw;
}
