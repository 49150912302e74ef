import { createHash, createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFormParams, type SignedRequest, signedUrls, verifySignature } from "./signature.ts";

type Params = Readonly<Record<string, string | readonly string[]>>;

const TOKEN = "12345";
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json; charset=utf-8";

const CALL: Params = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+14158675309",
  Digits: "1234",
  From: "+14158675309",
  To: "+18005551212",
};

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The string that Twilio signs, written down a second time from its description and sharing nothing with the code. */
function signingString(url: string, params: Params): string {
  const pairs = Object.entries(params).flatMap(([name, value]) =>
    [...new Set([value].flat())].map((one) => ({ name, one })),
  );
  pairs.sort((a, b) => compare(a.name, b.name) || compare(a.one, b.one));
  return url + pairs.map(({ name, one }) => name + one).join("");
}

function sign(url: string, params: Params = {}, token = TOKEN): string {
  return createHmac("sha1", token).update(signingString(url, params), "utf8").digest("base64");
}

function formBody(params: Params): string {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of [value].flat()) body.append(name, one);
  }
  return body.toString();
}

function formRequest(url: string, params: Params, signature: string | undefined): SignedRequest {
  return { urls: [url], signature, contentType: FORM, rawBody: formBody(params) };
}

function jsonRequest(url: string, rawBody: string, signature = sign(url)): SignedRequest {
  return { urls: [url], signature, contentType: JSON_TYPE, rawBody };
}

function hashed(body: string): string {
  const bodyHash = createHash("sha256").update(body).digest("hex");
  return `https://example.com/hook?bodySHA256=${bodyHash}`;
}

/** Another letter in the place of one: not merely another spelling of the same URL or form. */
function replaceLetter(original: string, seed: number): string {
  const letterPositions = [...original.matchAll(/[a-z]/g)].map((match) => match.index);
  const at = letterPositions[seed % letterPositions.length] ?? 0;
  return `${original.slice(0, at)}${original[at] === "q" ? "k" : "q"}${original.slice(at + 1)}`;
}

const VALID = { outcome: "valid", tokenIndex: 0 };
const INVALID = { outcome: "invalid" };

describe("published examples", () => {
  const MY_APP = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const MY_APP_443 = "https://mycompany.com:443/myapp.php?foo=1&bar=2";
  const doc310 = { ...CALL, Caller: "+14158675310", From: "+14158675310" };
  const conference = { ...CALL, ReasonConferenceEnded: "test", Reason: "Participant" };

  // From Twilio's documentation and the tests of its Node, Python and Go libraries.
  test.each<[string, string, Params, string]>([
    ["a call", MY_APP, CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
    ["signed with port 443", MY_APP_443, CALL, "kvajT1Ptam85bY51eRf/AJRuM3w="],
    ["signed with port 443, received without", MY_APP, CALL, "kvajT1Ptam85bY51eRf/AJRuM3w="],
    ["signed without port, received with 443", MY_APP_443, CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
    [
      "signed with port 80",
      "http://mycompany.com:80/myapp.php?foo=1&bar=2",
      CALL,
      "0ZXoZLH/DfblKGATFgpif+LLRf4=",
    ],
    [
      "signed with port 80, received without",
      "http://mycompany.com/myapp.php?foo=1&bar=2",
      CALL,
      "0ZXoZLH/DfblKGATFgpif+LLRf4=",
    ],
    ["another port", "http://mycompany.com:1234/myapp.php?foo=1&bar=2", CALL, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="],
    ["an escaped quote", `${MY_APP}&Body=It%27s+amazing`, CALL, "TfZzewPq8wqrGlMfyAud8+/IvJ0="],
    [
      "signed with an escaped quote, received raw",
      `${MY_APP}&Body=It's+amazing`,
      CALL,
      "TfZzewPq8wqrGlMfyAud8+/IvJ0=",
    ],
    ["a raw quote", `${MY_APP}&Body=It's+amazing`, CALL, "dsq4Ehbj6cs+KdTkpF5sSSplOWw="],
    [
      "a repeated parameter",
      MY_APP,
      { "MessagingBinding.Address": ["+1325xxxxxxx", "+1415xxxxxxx"] },
      "83O6e2vORAoJHUNzJjDWN1jz+BA=",
    ],
    [
      "a repeated value is signed once, and Sid sorts before SidAccount",
      MY_APP,
      { Sid: "CA123", SidAccount: "AC123", Digits: ["5678", "1234", "1234"] },
      "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
    ],
    [
      "the documentation's example",
      "https://example.com/myapp.php?foo=1&bar=2",
      doc310,
      "L/OH5YylLD5NRKLltdqwSvS0BnU=",
    ],
    ["names are sorted before they are joined", MY_APP, conference, "vOEb5UThFn24KEfnOFLQY2AE5FY="],
    ["a small form", MY_APP, { property: "value", boolean: "true" }, "NBdBDr/T/lgjI+tlgpXjKZQZs/k="],
  ])("form: %s", (_name, url, params, signature) => {
    expect(verifySignature(formRequest(url, params, signature), [TOKEN])).toEqual(VALID);
  });

  const hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
  const hashOfEmptyObject = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  const body = `{"property": "value", "boolean": true}`;

  test.each([
    ["with other parameters", `${MY_APP}&bodySHA256=${hash}`, body, "a9nBmqA0ju/hNViExpshrM61xv4="],
    [
      "alone in the query",
      `https://mycompany.com/myapp.php?bodySHA256=${hash}`,
      body,
      "y77kIzt2vzLz71DgmJGsen2scGs=",
    ],
    [
      "signed with port 443",
      `${MY_APP_443}&bodySHA256=${hashOfEmptyObject}`,
      "{}",
      "Ldidvp12m26NI7eqEvxnEpkd9Hc=",
    ],
    [
      "signed with port 443, received without",
      `${MY_APP}&bodySHA256=${hashOfEmptyObject}`,
      "{}",
      "Ldidvp12m26NI7eqEvxnEpkd9Hc=",
    ],
  ])("JSON: %s", (_name, url, rawBody, signature) => {
    expect(verifySignature(jsonRequest(url, rawBody, signature), [TOKEN])).toEqual(VALID);
  });

  // Twilio's libraries still test signatures over user:password@. Twilio itself drops it before signing, so the
  // signature to expect under such a URL is the one of the URL without it, and the libraries' examples are forgeries.
  test.each([
    ["https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", "CukzLTc1tT5dXEDIHm/tKBanW10="],
    ["https://user:pass@mycompany.com:443/myapp.php?foo=1&bar=2", "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI="],
    ["https://user@mycompany.com/myapp.php?foo=1&bar=2", "2YRLlVAflCqxaNicjMpJcSTgzSs="],
  ])("credentials in the URL are not signed: %s", (url, signatureOverCredentials) => {
    expect(sign(url, CALL)).toBe(signatureOverCredentials);
    expect(verifySignature(formRequest(url, CALL, signatureOverCredentials), [TOKEN])).toEqual(INVALID);
    expect(verifySignature(formRequest(url, CALL, sign(MY_APP, CALL)), [TOKEN])).toEqual(VALID);
  });
});

describe("what Twilio signed verifies", () => {
  const STATUS_URL = "https://example.com/api/twilio/status?agentId=agent_1";

  test("during a token rotation, and it says which token signed", () => {
    const request = formRequest(STATUS_URL, CALL, sign(STATUS_URL, CALL, "previous"));
    expect(verifySignature(request, ["current", "previous"])).toEqual({ outcome: "valid", tokenIndex: 1 });
    expect(verifySignature(request, ["current", "another"])).toEqual(INVALID);
  });

  test("under any of the public URLs", () => {
    const urls = signedUrls(["https://old.example.com", "https://new.example.com"], "/api/twilio/voice?a=b");
    const request = { urls, signature: sign("https://new.example.com/api/twilio/voice?a=b"), rawBody: "" };
    expect(verifySignature({ ...request, contentType: undefined }, [TOKEN])).toEqual(VALID);
  });

  test.each<[string, Params]>([
    ["empty values", { Body: "", NumMedia: "0", ForwardedFrom: "" }],
    ["Unicode, emoji and spaces", { Body: "žluťoučký kůň 🐎 + & = %20", ProfileName: "  two  spaces  " }],
    ["line breaks", { Body: "one\r\ntwo\nthree" }],
    ["a parameter called __proto__", JSON.parse('{"__proto__": "x", "constructor": "y"}')],
    ["a name that begins with a question mark", { "?Body": "x" }],
  ])("with %s", (_name, params) => {
    expect(verifySignature(formRequest(STATUS_URL, params, sign(STATUS_URL, params)), [TOKEN])).toEqual(
      VALID,
    );
  });

  test("when the URL that was configured has connection settings in its fragment", () => {
    expect(
      verifySignature(formRequest(`${STATUS_URL}#rc=3&rp=all`, CALL, sign(STATUS_URL, CALL)), [TOKEN]),
    ).toEqual(VALID);
  });

  test("when the connection is a WebSocket, with or without a slash at the end", () => {
    const signature = sign("wss://example.com/media/");
    const verify = (url: string) =>
      verifySignature({ urls: [url], signature, contentType: undefined, rawBody: "" }, [TOKEN]);
    expect(verify("wss://example.com/media")).toEqual(VALID);
    expect(verify("wss://example.com/media/")).toEqual(VALID);
    expect(verify("https://example.com/media")).toEqual(INVALID);
  });
});

describe("what Twilio did not sign is rejected", () => {
  const STATUS_URL = "https://example.com/api/twilio/status";

  test.each([undefined, ""])("without a signature (%j)", (signature) => {
    expect(verifySignature(formRequest(STATUS_URL, CALL, signature), [TOKEN])).toEqual({
      outcome: "missing",
    });
  });

  test.each([
    "x",
    "undefined",
    `${sign(STATUS_URL, CALL)} `,
    `${sign(STATUS_URL, CALL)}, ${sign(STATUS_URL, CALL)}`,
    sign(STATUS_URL, CALL).slice(1),
    sign(STATUS_URL, CALL).replace("=", "*"),
    "=".repeat(28),
    "é".repeat(28),
  ])("with a signature that is none: %s", (signature) => {
    expect(verifySignature(formRequest(STATUS_URL, CALL, signature), [TOKEN])).toEqual(INVALID);
  });

  test("before any work is done on it, when the signature is none", () => {
    const request = {
      ...formRequest(STATUS_URL, CALL, "x"),
      get urls(): string[] {
        throw new Error("The URLs were looked at.");
      },
    };
    expect(verifySignature(request, [TOKEN])).toEqual(INVALID);
  });

  test("with an empty token, which anybody can sign with", () => {
    expect(verifySignature(formRequest(STATUS_URL, CALL, sign(STATUS_URL, CALL, "")), [""])).toEqual(INVALID);
    expect(verifySignature(formRequest(STATUS_URL, CALL, sign(STATUS_URL, CALL)), ["", TOKEN])).toEqual({
      outcome: "valid",
      tokenIndex: 1,
    });
  });

  test("without tokens or without usable URLs", () => {
    const request = formRequest(STATUS_URL, CALL, sign(STATUS_URL, CALL));
    expect(verifySignature(request, [])).toEqual(INVALID);
    expect(verifySignature({ ...request, urls: [] }, [TOKEN])).toEqual(INVALID);
    expect(verifySignature({ ...request, urls: ["", "//", "https://"] }, [TOKEN])).toEqual(INVALID);
  });
});

describe("a JSON body", () => {
  const body = `{"text":"žluť"}`;

  test("is compared with the hash in the URL", () => {
    const mismatch = { outcome: "body_mismatch" };
    expect(verifySignature(jsonRequest(hashed(body), body), [TOKEN])).toEqual(VALID);
    expect(verifySignature(jsonRequest(hashed(body), `${body} `), [TOKEN])).toEqual(mismatch);
    expect(verifySignature(jsonRequest("https://example.com/hook?bodySHA256=", body), [TOKEN])).toEqual(
      mismatch,
    );
  });

  test("is recognised by the hash when the content type does not say it", () => {
    expect(verifySignature({ ...jsonRequest(hashed(body), body), contentType: undefined }, [TOKEN])).toEqual(
      VALID,
    );
  });

  test("without a hash is not vouched for by the signature of a bare URL", () => {
    const url = "https://example.com/hook";
    expect(verifySignature(jsonRequest(url, body), [TOKEN])).toEqual({ outcome: "body_mismatch" });
    expect(verifySignature(jsonRequest(url, ""), [TOKEN])).toEqual(VALID);
  });

  test("cannot be replayed as a form", () => {
    const replay = { ...jsonRequest(hashed(body), body), contentType: FORM };
    expect(verifySignature(replay, [TOKEN])).toEqual(INVALID);
    expect(verifySignature({ ...replay, rawBody: "" }, [TOKEN])).toEqual({ outcome: "body_mismatch" });
  });

  test("a form whose URL happens to carry a hash is still verified by its parameters", () => {
    const url = hashed(body);
    expect(verifySignature(formRequest(url, CALL, sign(url, CALL)), [TOKEN])).toEqual(VALID);
  });
});

describe("signedUrls", () => {
  test.each<[string, string, string, string[]]>([
    [
      "a proxy",
      "https://example.com",
      "http://10.0.0.5:8080/api/voice?a=1",
      ["https://example.com/api/voice?a=1"],
    ],
    ["a path only", "https://example.com", "/api/voice?a=1", ["https://example.com/api/voice?a=1"]],
    [
      "a proxy that strips the prefix",
      "https://example.com/prefix",
      "http://10.0.0.5:8080/api/voice",
      ["https://example.com/prefix/api/voice"],
    ],
    [
      "a proxy that passes the prefix on",
      "https://example.com/prefix/",
      "http://10.0.0.5:8080/prefix/api/voice",
      ["https://example.com/prefix/api/voice", "https://example.com/prefix/prefix/api/voice"],
    ],
    [
      "a path that only resembles the prefix",
      "https://example.com/pre",
      "/prefix/voice",
      ["https://example.com/pre/prefix/voice"],
    ],
    ["the root", "https://example.com/", "http://localhost:3000", ["https://example.com/"]],
    ["a port", "https://example.com:8443", "/a", ["https://example.com:8443/a"]],
    ["a fragment", "https://example.com", "/a?b=c#rc=3", ["https://example.com/a?b=c"]],
    [
      "a query byte for byte",
      "https://example.com",
      "/a/../b?q=It's+a%2fb%2F&e&x=žá|\\^&u=http://c.example",
      ["https://example.com/a/../b?q=It's+a%2fb%2F&e&x=žá|\\^&u=http://c.example"],
    ],
    [
      "a path with two slashes",
      "https://example.com",
      "//evil.example/a",
      ["https://example.com//evil.example/a"],
    ],
    [
      "a target without a slash",
      "https://example.com",
      ".evil.example/a",
      ["https://example.com/.evil.example/a"],
    ],
    [
      "a target with an at sign",
      "https://example.com",
      "@evil.example/a",
      ["https://example.com/@evil.example/a"],
    ],
  ])("%s", (_name, publicUrl, requestUrl, expected) => {
    expect(signedUrls([publicUrl], requestUrl)).toEqual(expected);
  });

  test("gives one URL for each public base URL, and none twice", () => {
    const bases = ["https://a.example", "https://a.example/", "https://b.example/x"];
    expect(signedUrls(bases, "/v")).toEqual(["https://a.example/v", "https://b.example/x/v"]);
  });

  test("never leaves the host of the public URL, whatever the request says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (requestUrl) => {
        const [url = ""] = signedUrls(["https://example.com"], requestUrl);
        expect(new URL(url).origin).toBe("https://example.com");
      }),
    );
  });
});

describe("parseFormParams", () => {
  test("keeps every parameter, repeated ones in their order", () => {
    const params = parseFormParams("A=1&B=&A=2&C&A=1&D=x%20y+z&%C5%BE=%F0%9F%90%8E");
    expect({ ...params }).toEqual({ A: ["1", "2", "1"], B: "", C: "", D: "x y z", ž: "🐎" });
  });

  test("takes any name for a name", () => {
    const params = parseFormParams("__proto__=1&__proto__=2&toString=3");
    expect(Object.keys(params)).toEqual(["__proto__", "toString"]);
    expect(Object.values(params)).toEqual([["1", "2"], "3"]);
    expect("constructor" in params).toBe(false);
    expect(Object.hasOwn(Object.prototype, "1")).toBe(false);
  });

  test.each(["a&", "a=&", "&", "=&"])("half a million times %j does not stop the server", (pair) => {
    const before = process.cpuUsage();
    parseFormParams(pair.repeat(500_000));
    // 0.1 to 0.4 s of processor time, which other processes do not change; quadratic, it was 5 s.
    expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(2.5);
  });

  test("a broken escape costs a parameter none of its other characters", () => {
    expect(parseFormParams("Body=100%+🐎")).toEqual({ Body: "100% 🐎" });
  });

  test("decodes as browsers do: equals signs, escapes and UTF-8, whole or broken", () => {
    const form = fc.oneof(
      fc.stringMatching(/^[ab=&%0-9CFEcfez?+ž🐎]*$/u),
      fc.array(fc.constantFrom("a", "=", "&", "%", "%F0%9F%90%8E", "%F0%9F", "%00", "%zz", "%ED%A0%80", "+")),
    );
    fc.assert(
      fc.property(form, (characters) => {
        const rawBody = [characters].flat().join("");
        // Beside a broken escape Node's URLSearchParams, unlike browsers', breaks what isn't ASCII.
        const ascii = rawBody.replace(/\P{ASCII}+/gu, encodeURIComponent);
        // Without the "&", URLSearchParams would drop a leading "?".
        const pairs = Array.from(new URLSearchParams(`&${ascii}`));
        const expected = new Map<string, string[]>();
        for (const [name, value] of pairs) expected.set(name, [...(expected.get(name) ?? []), value]);
        const params = Object.entries(parseFormParams(rawBody));
        expect(new Map(params.map(([name, value]) => [name, [value].flat()]))).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("for any request", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 12 });
  const params = fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 4 })));
  const segment = fc.stringMatching(/^[a-z0-9_.%'~-]{1,8}$/).filter((it) => !/^\.+$/.test(it));
  const url = fc
    .tuple(fc.webUrl(), fc.array(segment, { maxLength: 3 }))
    .map(([base, extra]) => `${base.replace(/\/$/, "")}/${extra.join("/")}?q=${extra.join("&")}`);
  const token = fc.stringMatching(/^[0-9a-f]{32}$/);

  test("what an independent implementation signed verifies", () => {
    fc.assert(
      fc.property(url, params, token, (signedUrl, signedParams, authToken) => {
        const request = formRequest(signedUrl, signedParams, sign(signedUrl, signedParams, authToken));
        expect(verifySignature(request, [authToken])).toEqual(VALID);
      }),
    );
  });

  test("one changed letter of the path, the body or the token makes it invalid", () => {
    const path = fc.stringMatching(/^\/[a-z]{1,20}\?[a-z]{1,20}$/);
    const letters = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(path, letters, letters, token, fc.nat(), (target, name, value, hexToken, seed) => {
        const signedUrl = `https://example.com${target}`;
        const authToken = `t${hexToken}`;
        const signature = sign(signedUrl, { [name]: value }, authToken);
        const request = formRequest(signedUrl, { [name]: value }, signature);
        expect(verifySignature(request, [authToken])).toEqual(VALID);
        const otherUrl = `https://example.com${replaceLetter(target, seed)}`;
        expect(verifySignature({ ...request, urls: [otherUrl] }, [authToken])).toEqual(INVALID);
        const otherBody = replaceLetter(request.rawBody, seed);
        expect(verifySignature({ ...request, rawBody: otherBody }, [authToken])).toEqual(INVALID);
        expect(verifySignature(request, [replaceLetter(authToken, seed)])).toEqual(INVALID);
      }),
    );
  });

  test("one changed byte of a body makes it invalid, unless it means the same parameters", () => {
    fc.assert(
      fc.property(params, fc.nat(), fc.integer({ min: 0x20, max: 0x7e }), (signedParams, seed, code) => {
        const signedUrl = "https://example.com/a";
        const request = formRequest(signedUrl, signedParams, sign(signedUrl, signedParams));
        const at = seed % (request.rawBody.length + 1);
        const rawBody =
          request.rawBody.slice(0, at) + String.fromCharCode(code) + request.rawBody.slice(at + 1);
        fc.pre(signingString("", parseFormParams(rawBody)) !== signingString("", signedParams));
        expect(verifySignature({ ...request, rawBody }, [TOKEN])).toEqual(INVALID);
      }),
    );
  });

  test("nothing that a stranger sends makes it throw, or passes", () => {
    const anything = fc.string({ unit: "binary" });
    const loneSurrogates = fc
      .array(fc.integer({ min: 0xd7f0, max: 0xe010 }))
      .map((c) => String.fromCharCode(...c));
    const garbage = fc.oneof(anything, loneSurrogates);
    const signature = fc.oneof(garbage, fc.stringMatching(/^[A-Za-z0-9+/]{27}=$/), fc.constant(undefined));
    const contentType = fc.oneof(garbage, fc.constantFrom(undefined, FORM, "application/json"));
    const targets = garbage.chain((it) => fc.constantFrom(it, `/${it}`, `/?${it}`, `/?bodySHA256=${it}`));
    fc.assert(
      fc.property(targets, signature, contentType, garbage, (target, header, type, rawBody) => {
        const urls = [...signedUrls(["https://example.com", "wss://example.com"], target), target];
        const verdict = verifySignature({ urls, signature: header, contentType: type, rawBody }, [TOKEN]);
        expect(["missing", "invalid"]).toContain(verdict.outcome);
      }),
      { numRuns: 1_000 },
    );
  });
});
