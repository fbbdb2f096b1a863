import { hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";

/** What a registrant signs: the data as the schema reads them, and the encryption certificate. Same code on both sides. */
export async function registrationDigest(content: Record<string, unknown>): Promise<string> {
  // Values that are not there do not travel either.
  const plain = JSON.parse(JSON.stringify(content)) as CanonicalValue;
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", encodeCanonical(plain))));
}
