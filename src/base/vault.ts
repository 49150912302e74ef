/**
 * Secrets at rest. A sealed text is
 *
 *     v1.<key id>.<nonce, ciphertext, tag>
 *
 * - cipher: AES-256-GCM, 12 bytes of random nonce, 16 bytes of tag; the last part is base64url without padding
 * - key: HKDF-SHA256 of the secret, without salt, info "switchhook vault v1 key"
 * - key id: 6 bytes (8 characters) of the same with info "switchhook vault v1 key id": it names the secret, says
 *   nothing about it, and lets secrets rotate
 * - additional authenticated data: `v1.<key id>.<what the text is bound to>`, so that a ciphertext copied to
 *   somebody else's row does not open there
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "./errors.ts";

export interface Vault {
  /** `boundTo` names the row and the field that the text belongs to; only the same name opens it again. */
  seal(plaintext: string, boundTo: string): string;
  /** Throws `credentials_unreadable` for an unknown key, an altered text, or another `boundTo`. */
  open(sealed: string, boundTo: string): string;
  /** Whether the text was sealed with anything but the current secret: open it and seal it again. */
  needsResealing(sealed: string): boolean;
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

const VERSION = "v1";
const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const KEY_ID_BYTES = 6;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MIN_SECRET_CHARACTERS = 32;

/**
 * A vault that seals with the first secret and opens with all of them: to rotate, put the new secret first and keep the
 * previous ones until nothing needs resealing. Throws `invalid_configuration` without a secret, or for one that is too
 * short.
 */
export function createVault(secrets: readonly string[]): Vault {
  const keys = secrets.map(deriveKey);
  const [current] = keys;
  if (!current) {
    throw new AppError("invalid_configuration", { detail: "Credentials cannot be stored without a secret." });
  }
  const keysById = new Map(keys.map((key) => [key.id, key]));
  return {
    seal: (plaintext, boundTo) => seal(current, plaintext, boundTo),
    open: (sealed, boundTo) => open(keysById, sealed, boundTo),
    needsResealing: (sealed) => !sealed.startsWith(`${VERSION}.${current.id}.`),
  };
}

function deriveKey(secret: string): Key {
  // HKDF does not slow a guesser down as a password hash does, so the secret itself must be beyond guessing.
  if (secret.length < MIN_SECRET_CHARACTERS) {
    const detail = `A secret has ${secret.length} characters; it needs ${MIN_SECRET_CHARACTERS} random ones or more.`;
    throw new AppError("invalid_configuration", { detail });
  }
  const derive = (info: string, sizeBytes: number) =>
    Buffer.from(hkdfSync("sha256", secret, "", `switchhook vault ${VERSION} ${info}`, sizeBytes));
  return { id: derive("key id", KEY_ID_BYTES).toString("base64url"), bytes: derive("key", KEY_BYTES) };
}

function seal(key: Key, plaintext: string, boundTo: string): string {
  // Not an argument as randomness is elsewhere: a nonce that a caller could predict or replay would give the key away.
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(key, boundTo));
  const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  const payload = Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
  return `${VERSION}.${key.id}.${payload.toString("base64url")}`;
}

function open(keysById: ReadonlyMap<string, Key>, sealed: string, boundTo: string): string {
  const [version, keyId = "", encoded = "", ...rest] = sealed.split(".");
  if (version !== VERSION || rest.length > 0)
    throw unreadable("They are not in a form that this version knows.");
  const key = keysById.get(keyId);
  if (!key) {
    throw unreadable(`They were sealed with another secret (key id "${keyId}"). Give that one as well.`);
  }
  const payload = Buffer.from(encoded, "base64url");
  // Node decodes leniently: without this, several texts would open as the same one.
  if (payload.toString("base64url") !== encoded || payload.length < NONCE_BYTES + TAG_BYTES) {
    throw unreadable("They were cut off or altered.");
  }
  return decrypt(key, payload, boundTo);
}

function decrypt(key: Key, payload: Buffer, boundTo: string): string {
  const decipher = createDecipheriv(CIPHER, key.bytes, payload.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(additionalData(key, boundTo));
  decipher.setAuthTag(payload.subarray(-TAG_BYTES));
  try {
    const plaintext = Buffer.concat([
      decipher.update(payload.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]);
    return plaintext.toString("utf8");
  } catch (cause) {
    throw unreadable("They were altered, or belong to something else.", cause);
  }
}

/** Neither the version nor the key id contains a dot, so no two pairs of key and name give the same bytes. */
function additionalData(key: Key, boundTo: string): Buffer {
  return Buffer.from(`${VERSION}.${key.id}.${boundTo}`, "utf8");
}

function unreadable(detail: string, cause?: unknown): AppError {
  return new AppError("credentials_unreadable", { detail, cause });
}
