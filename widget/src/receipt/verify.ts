// Verifying a receipt from nothing but its bytes and the issuer's public keys, as billing/receipts/verifying.py does.
import { decoded } from "./base64";
import { canonical } from "./canonical";
import { verifies } from "./ed25519";

const TYPE = "billing-assistant/receipt/1";
const LARGEST = 64 * 1024; // bytes
const SIGNATURE_LENGTH = 64;

export type Fault = "too_large" | "not_json" | "not_canonical" | "not_a_receipt" | "unknown_key" | "signature_wrong";

/** A public key as it is published (RFC 8037). */
export interface Jwk {
  kty: string;
  crv: string;
  kid: string;
  x: string;
}

export interface Verdict {
  /** Null: every byte is the issuer's. */
  fault: Fault | null;
  /** What it says, where that could be read; not to be trusted with a fault. */
  receipt: Record<string, unknown> | null;
  /** The byte, counted from one, from which on a file is not canonical. */
  from?: number;
}

const is = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

export async function verify(content: Uint8Array<ArrayBuffer>, keys: readonly Jwk[]): Promise<Verdict> {
  if (content.length > LARGEST) return { fault: "too_large", receipt: null };
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  } catch {
    return { fault: "not_json", receipt: null };
  }
  let expected: Uint8Array;
  try {
    expected = new TextEncoder().encode(canonical(found));
  } catch {
    return { fault: "not_canonical", receipt: null };
  }
  const first = expected.findIndex((byte, at) => byte !== content[at]);
  const differs = first < 0 ? (expected.length < content.length ? expected.length : -1) : first;
  return differs < 0 ? signed(found, keys) : { fault: "not_canonical", receipt: null, from: differs + 1 };
}

async function signed(found: unknown, keys: readonly Jwk[]): Promise<Verdict> {
  if (!is(found) || Object.keys(found).length !== 2) return { fault: "not_a_receipt", receipt: null };
  const { receipt, signature } = found;
  if (!is(receipt) || typeof signature !== "string" || typeof receipt["key"] !== "string") return { fault: "not_a_receipt", receipt: null };
  if (receipt["type"] !== TYPE) return { fault: "not_a_receipt", receipt };
  const key = keys.find(({ kty, crv, kid }) => kty === "OKP" && crv === "Ed25519" && kid === receipt["key"]);
  if (!key) return { fault: "unknown_key", receipt };
  const right = await isSigned(key, signature, new TextEncoder().encode(canonical(receipt)));
  return { fault: right ? null : "signature_wrong", receipt };
}

async function isSigned({ x }: Jwk, text: string, message: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const signature = decoded(text);
    return signature.length === SIGNATURE_LENGTH && (await verifies(decoded(x), signature, message));
  } catch {
    return false;
  }
}
