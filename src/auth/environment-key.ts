import { createHash, timingSafeEqual } from "node:crypto";

/** Whether a presented key is the one from the environment. Takes as long for a near miss as for a far one. */
export function matchesEnvironmentKey(presented: string, key: string): boolean {
  return timingSafeEqual(sha256(presented), sha256(key));
}

// timingSafeEqual wants equal lengths; digests have them and keep the key's own length a secret.
function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
