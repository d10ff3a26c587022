// Ed25519 by the browser where it knows it, by noble's few audited lines where not: a page opened from an unsafe origin has
// no WebCrypto at all, and it came late.
import { hashes, verify } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";

hashes.sha512 = sha512;

type Bytes = Uint8Array<ArrayBuffer>;

/** Whether the private half of the key signed exactly this (RFC 8032, strictly: no second encoding passes). */
export async function verifies(key: Bytes, signature: Bytes, message: Bytes, subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle): Promise<boolean> {
  if (subtle) {
    try {
      const imported = await subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
      return await subtle.verify("Ed25519", imported, signature, message);
    } catch {
      // It does not know the algorithm, or refuses the key; noble says which.
    }
  }
  return byNoble(key, signature, message);
}

export function byNoble(key: Bytes, signature: Bytes, message: Bytes): boolean {
  try {
    return verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}
