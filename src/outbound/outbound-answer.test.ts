import { describe, expect, test } from "vitest";
import { RefusedAddressError } from "./guarded-connector.ts";
import { failureFrom } from "./outbound-answer.ts";

/** As Node and undici make them: with addresses in their message. */
function errorWith(code: string): Error {
  return Object.assign(new Error(`connect ${code} 10.1.2.3:8443`), { code, address: "10.1.2.3" });
}

describe("an error of the connection", () => {
  test.each([
    ["ENOTFOUND", "connection", "does not resolve"],
    ["EAI_AGAIN", "connection", "could not be resolved just now"],
    ["ECONNREFUSED", "connection", "refuses connections"],
    ["ECONNRESET", "connection", "closed the connection"],
    ["UND_ERR_SOCKET", "connection", "closed the connection"],
    ["EHOSTUNREACH", "connection", "no way through the network"],
    ["ETIMEDOUT", "timeout", "did not accept a connection"],
    ["UND_ERR_CONNECT_TIMEOUT", "timeout", "did not accept a connection"],
    ["UND_ERR_HEADERS_TIMEOUT", "timeout", "stopped answering"],
    ["UND_ERR_BODY_TIMEOUT", "timeout", "stopped answering"],
    ["UND_ERR_HEADERS_OVERFLOW", "too_large", "headers"],
    ["UND_ERR_CLOSED", "connection", "shutting down"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "connection", "certificate"],
    ["CERT_HAS_EXPIRED", "connection", "certificate"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "connection", "certificate"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "connection", "speaks https"],
    ["EMFILE", "connection", "failed"],
  ])("%s is told to the owner as %s, without our addresses", (code, reason, words) => {
    const failure = failureFrom(errorWith(code), "agent.example");
    expect(failure).toMatchObject({ outcome: "failed", reason, detail: expect.stringContaining(words) });
    expect(failure?.detail).toMatch(/^\S.*\.$/);
    expect(failure?.detail).not.toMatch(/10\.1\.2\.3|8443/);
  });

  test("that comes from the guard is a refusal, which does not say what the name resolves to", () => {
    const failure = failureFrom(new RefusedAddressError("10.1.2.3"), "agent.example");
    expect(failure).toEqual({
      outcome: "failed",
      reason: "refused_address",
      detail: "agent.example resolves to an address that is not on the public internet.",
    });
  });
});

test.each([
  ["a request that cannot be written", errorWith("UND_ERR_INVALID_ARG")],
  ["a mistake in the code", new TypeError("x is not a function")],
  ["what is no error", "timeout"],
  ["nothing", undefined],
])("%s is no failure of the other side", (_name, error) => {
  expect(failureFrom(error, "agent.example")).toBeUndefined();
});
