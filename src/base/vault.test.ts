import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "./errors.ts";
import { createVault, type Vault } from "./vault.ts";

/** The key that a vault seals with, as its texts name it. */
function keyIdOf(vault: Vault): string {
  return vault.seal("text", "row").split(".")[1] ?? "";
}

const OLD = "old secret, 32 characters or more";
const NEW = "new secret, 32 characters or more";
const ROW = "twilio_account:acct_1:auth_token";

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const text = fc.string({ unit: "binary" });

test("whatever is sealed opens again, for the same row", () => {
  const vault = createVault([NEW]);
  fc.assert(
    fc.property(text, text, (plaintext, boundTo) => {
      expect(vault.open(vault.seal(plaintext, boundTo), boundTo)).toBe(plaintext);
    }),
  );
});

test("a text sealed for one row does not open for another", () => {
  const vault = createVault([NEW]);
  fc.assert(
    fc.property(text, text, text, (plaintext, boundTo, other) => {
      fc.pre(boundTo !== other);
      expect(codeOf(() => vault.open(vault.seal(plaintext, boundTo), other))).toBe("credentials_unreadable");
    }),
  );
});

test("any changed character makes it unreadable", () => {
  const vault = createVault([NEW, OLD]);
  const sealed = vault.seal("an auth token", ROW);
  const otherCharacter = fc.constantFrom(...BASE64URL.split(""), ".", "+", "/", "=", " ", "é");
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), otherCharacter, (at, character) => {
      fc.pre(sealed[at] !== character);
      const altered = sealed.slice(0, at) + character + sealed.slice(at + 1);
      expect(codeOf(() => vault.open(altered, ROW))).toBe("credentials_unreadable");
    }),
    { numRuns: 1_000 },
  );
});

test("the last character is as fixed as any other, whatever the length", () => {
  const vault = createVault([NEW]);
  for (const plaintext of ["", "1", "12", "123"]) {
    const sealed = vault.seal(plaintext, ROW);
    const readable = BASE64URL.split("").filter((last) =>
      opens(() => vault.open(sealed.slice(0, -1) + last, ROW)),
    );
    expect(readable).toEqual([sealed.at(-1)]);
  }
});

test("anything but a sealed text is unreadable, and says so in our own error", () => {
  const vault = createVault([NEW]);
  const sealed = vault.seal("an auth token", ROW);
  const cutOff = fc.nat(sealed.length - 1).map((length) => sealed.slice(0, length));
  const prefixed = text.map((rest) => `v1.${keyIdOf(vault)}.${rest}`);
  fc.assert(
    fc.property(fc.oneof(text, cutOff, prefixed), (garbage) => {
      expect(codeOf(() => vault.open(garbage, ROW))).toBe("credentials_unreadable");
    }),
  );
  expect(codeOf(() => vault.open(`${sealed}.`, ROW))).toBe("credentials_unreadable");
  expect(codeOf(() => vault.open(`${sealed}=`, ROW))).toBe("credentials_unreadable");
});

test("two ciphertexts of one text differ", () => {
  const vault = createVault([NEW]);
  const sealed = Array.from({ length: 1_000 }, () => vault.seal("an auth token", ROW));
  expect(new Set(sealed).size).toBe(1_000);
});

test("the sealed text has the documented form and shows nothing of the plaintext or the secret", () => {
  const vault = createVault([NEW]);
  const sealed = vault.seal("an auth token", ROW);
  expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]+$/);
  expect(Buffer.from(sealed.split(".")[2] ?? "", "base64url")).toHaveLength(12 + "an auth token".length + 16);
  expect(sealed).not.toContain(Buffer.from("auth").toString("base64url"));
});

// If this fails, the derivation or the format has changed, and every stored credential has become unreadable.
test("what an earlier release sealed still opens", () => {
  const sealed = "v1.XS3zsFhu.OPihbc1jgEW04YbNvCj9YeBkDlKKpOvo0IhHJuEXTy1CqJ0AiZLHqZs";
  expect(createVault([OLD]).open(sealed, ROW)).toBe("an auth token");
});

describe("rotation", () => {
  test("the first secret seals, and all of them open", () => {
    const before = createVault([OLD]).seal("an auth token", ROW);
    const during = createVault([NEW, OLD]);
    expect(during.open(before, ROW)).toBe("an auth token");
    expect(during.needsResealing(before)).toBe(true);

    const resealed = during.seal(during.open(before, ROW), ROW);
    expect(during.needsResealing(resealed)).toBe(false);
    expect(createVault([NEW]).open(resealed, ROW)).toBe("an auth token");
  });

  test("a text sealed with a secret that is gone names the key that is missing", () => {
    const old = createVault([OLD]);
    const error = errorOf(() => createVault([NEW]).open(old.seal("an auth token", ROW), ROW));
    expect(error.code).toBe("credentials_unreadable");
    expect(error.detail).toContain(keyIdOf(old));
  });

  test("a key id depends on its secret alone", () => {
    expect(keyIdOf(createVault([OLD, NEW]))).toBe(keyIdOf(createVault([OLD])));
    expect(keyIdOf(createVault([NEW, OLD]))).not.toBe(keyIdOf(createVault([OLD])));
  });
});

test.each([[[]], [[""]], [["31 characters are one too few.."]], [[NEW, "short"]]])(
  "secrets that protect nothing are refused: %j",
  (secrets) => {
    const error = errorOf(() => createVault(secrets));
    expect(error.code).toBe("invalid_configuration");
    for (const secret of secrets.filter((it) => it !== "")) expect(error.message).not.toContain(secret);
  },
);

test("the error of an altered text carries the cipher's own error", () => {
  const vault = createVault([NEW]);
  expect(errorOf(() => vault.open(vault.seal("an auth token", ROW), "another row")).cause).toBeInstanceOf(
    Error,
  );
});

function codeOf(run: () => unknown): string {
  return errorOf(run).code;
}

function opens(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

function errorOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("It did not throw.");
}
