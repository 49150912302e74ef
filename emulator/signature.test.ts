import { expect, test } from "vitest";
import { signJsonWebhook, signWebhook } from "./signature.ts";
import { signedAddress } from "./webhook-target.ts";

const authToken = "12345";
const base = "https://mycompany.com/myapp.php?foo=1&bar=2";
const call = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+14158675309",
  Digits: "1234",
  From: "+14158675309",
  To: "+18005551212",
};

test.each([
  ["a plain URL", base, call, "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
  ["an explicit 443", base.replace(".com/", ".com:443/"), call, "kvajT1Ptam85bY51eRf/AJRuM3w="],
  ["port 80", "http://mycompany.com:80/myapp.php?foo=1&bar=2", call, "0ZXoZLH/DfblKGATFgpif+LLRf4="],
  ["another port", "http://mycompany.com:1234/myapp.php?foo=1&bar=2", call, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="],
  ["an encoded quote", `${base}&Body=It%27s+amazing`, call, "TfZzewPq8wqrGlMfyAud8+/IvJ0="],
  ["a raw quote", `${base}&Body=It's+amazing`, call, "dsq4Ehbj6cs+KdTkpF5sSSplOWw="],
  [
    "a repeated field",
    base,
    { "MessagingBinding.Address": ["+1325xxxxxxx", "+1415xxxxxxx"] },
    "83O6e2vORAoJHUNzJjDWN1jz+BA=",
  ],
  [
    "repeated values, once each",
    base,
    { Sid: "CA123", SidAccount: "AC123", Digits: ["5678", "1234", "1234"] },
    "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
  ],
  [
    "names of which one begins the other",
    base,
    { ...call, ReasonConferenceEnded: "test", Reason: "Participant" },
    "vOEb5UThFn24KEfnOFLQY2AE5FY=",
  ],
  ["two fields", base, { property: "value", boolean: "true" }, "NBdBDr/T/lgjI+tlgpXjKZQZs/k="],
  [
    "the documentation's example",
    "https://example.com/myapp.php?foo=1&bar=2",
    { ...call, Caller: "+14158675310", From: "+14158675310" },
    "L/OH5YylLD5NRKLltdqwSvS0BnU=",
  ],
])("signs %s", (_name, url, params, signature) => {
  expect(signWebhook({ url, params, authToken })).toBe(signature);
});

test.each([
  ["https://user:pass@mycompany.com/myapp.php?foo=1&bar=2"],
  ["https://user@mycompany.com/myapp.php?foo=1&bar=2"],
  [`${base}#rc=3&rp=all`],
])("leaves userinfo and fragment out of what is signed: %s", (url) => {
  expect(signWebhook({ url, params: call, authToken })).toBe("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
});

test.each([
  [base, '{"property": "value", "boolean": true}', "a9nBmqA0ju/hNViExpshrM61xv4="],
  [
    "https://mycompany.com/myapp.php",
    '{"property": "value", "boolean": true}',
    "y77kIzt2vzLz71DgmJGsen2scGs=",
  ],
  [base.replace(".com/", ".com:443/"), "{}", "Ldidvp12m26NI7eqEvxnEpkd9Hc="],
])("signs a JSON body through its hash: %s", (url, body, signature) => {
  expect(signJsonWebhook({ url, body, authToken }).signature).toBe(signature);
});

test.each([
  ["https://example.com:8443/voice?a=1", "voice", "https://example.com/voice?a=1"],
  ["https://example.com:8443/sms", "messaging", "https://example.com:8443/sms"],
  ["http://example.com:8080/voice", "voice", "http://example.com:8080/voice"],
] as const)("signs %s for %s as %s", (url, product, signed) => {
  expect(signedAddress(url, product)).toBe(signed);
});
