import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../base/errors.ts";
import { publicUrlFrom, whyTwilioRefuses } from "./public-url.ts";

describe("publicUrlFrom", () => {
  test.each([
    [{ PUBLIC_URL: "https://example.com" }, "https://example.com", "PUBLIC_URL"],
    [{ PUBLIC_URL: "https://Example.com:443/prefix/" }, "https://example.com/prefix", "PUBLIC_URL"],
    [{ PUBLIC_URL: " http://127.0.0.1:3000/ " }, "http://127.0.0.1:3000", "PUBLIC_URL"],
    [{ PUBLIC_URL: "https://example.com", VERCEL_URL: "a.vercel.app" }, "https://example.com", "PUBLIC_URL"],
    [{ VERCEL_ENV: "preview", VERCEL_URL: "a-1.vercel.app" }, "https://a-1.vercel.app", "vercel"],
    [
      {
        VERCEL_ENV: "production",
        VERCEL_URL: "a-1.vercel.app",
        VERCEL_PROJECT_PRODUCTION_URL: "example.com",
      },
      "https://example.com",
      "vercel",
    ],
    [
      { VERCEL_ENV: "preview", VERCEL_URL: "a-1.vercel.app", VERCEL_PROJECT_PRODUCTION_URL: "example.com" },
      "https://a-1.vercel.app",
      "vercel",
    ],
    [{ VERCEL_ENV: "production", VERCEL_URL: "a-1.vercel.app" }, "https://a-1.vercel.app", "vercel"],
    [{ VERCEL_ENV: "development", VERCEL_URL: "localhost:3000" }, "http://localhost:3000", "localhost"],
    [{ RAILWAY_PUBLIC_DOMAIN: "a.up.railway.app" }, "https://a.up.railway.app", "railway"],
    [{ RENDER_EXTERNAL_URL: "https://a.onrender.com" }, "https://a.onrender.com", "render"],
    [{ FLY_APP_NAME: "my-app" }, "https://my-app.fly.dev", "fly"],
    [{ PUBLIC_URL: "", VERCEL_URL: "", RENDER_EXTERNAL_URL: "" }, "http://localhost:3000", "localhost"],
    [{}, "http://localhost:3000", "localhost"],
  ])("%j is %s", (env, url, source) => {
    expect(publicUrlFrom(env, 3000)).toEqual({ url, source });
  });

  test.each([
    "example.com",
    "localhost:3000",
    "ftp://example.com",
    "https://",
    "   ",
    "https://user@example.com",
    "https://example.com?a=b",
    "https://example.com/#rc=3",
  ])("PUBLIC_URL=%s is refused with the reason", (value) => {
    const error = errorOf(() => publicUrlFrom({ PUBLIC_URL: value }, 3000));
    expect(error.code).toBe("invalid_configuration");
    expect(error.detail).toContain("PUBLIC_URL");
  });

  test.each(["https://user:hunter2@example.com", "https://user:hunter2@", "ftp://user:hunter2@example.com"])(
    "the error never quotes a password: %s",
    (value) => {
      const error = errorOf(() => publicUrlFrom({ PUBLIC_URL: value }, 3000));
      expect(JSON.stringify([error.message, error.detail, error.extensions, error.cause])).not.toContain(
        "hunter2",
      );
    },
  );

  test("a path can be appended to whatever it accepts", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: false }), (value) => {
        const { url } = publicUrlFrom({ PUBLIC_URL: value }, 3000);
        expect(url.endsWith("/")).toBe(false);
        expect(new URL(`${url}/api/twilio/voice`).pathname.endsWith("/api/twilio/voice")).toBe(true);
      }),
    );
  });
});

describe("whyTwilioRefuses", () => {
  test.each([
    "https://example.com",
    "http://example.com:8080/prefix",
    "https://a-1.vercel.app",
    "https://xn--bcher-kva.example.com",
    "https://example.com./",
    "https://example.com/under_score",
    "https://localhost.example.com",
    "http://8.8.8.8/",
    "http://172.32.0.1",
    "http://100.128.0.1",
    "https://[2606:4700::1111]/",
  ])("nothing is wrong with %s", (url) => {
    expect(whyTwilioRefuses(url)).toBeUndefined();
  });

  test.each([
    ["http://localhost:3000", "localhost is this machine alone"],
    ["https://app.localhost", "this machine alone"],
    ["https://LOCALHOST./", "this machine alone"],
    ["http://127.0.0.1:3000", "127.0.0.1 is not an address of the public internet"],
    ["http://0x7f.1", "127.0.0.1 is not"],
    ["http://2130706433", "127.0.0.1 is not"],
    ["http://0.0.0.0", "not an address of the public internet"],
    ["http://10.0.0.5:8080", "not an address of the public internet"],
    ["http://172.16.0.1", "not an address of the public internet"],
    ["http://192.168.1.20", "not an address of the public internet"],
    ["http://169.254.169.254", "not an address of the public internet"],
    ["http://100.100.1.1", "not an address of the public internet"],
    ["http://255.255.255.255", "not an address of the public internet"],
    ["http://[::1]:3000", "::1 is not an address of the public internet"],
    ["http://[::]", "not an address of the public internet"],
    ["http://[fe80::1]", "not an address of the public internet"],
    ["http://[fd00::1]", "not an address of the public internet"],
    ["http://[::ffff:127.0.0.1]", "not an address of the public internet"],
    ["http://[::ffff:10.0.0.1]", "not an address of the public internet"],
    ["https://switchhook", "name of a local network"],
    ["https://web.railway.internal", "name of a private network"],
    ["https://mac.local", "name of a private network"],
    ["https://my_app.example.com", "underscore"],
    ["wss://example.com", "https and http only, not to wss://"],
    ["example.com", "not a URL"],
    ["", "not a URL"],
  ])("%s: %s", (url, reason) => {
    const why = whyTwilioRefuses(url);
    expect(why).toContain(reason);
    expect(why).toContain("set PUBLIC_URL to");
  });
});

function errorOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("It did not throw.");
}
