import { describe, expect, test } from "vitest";
import { AppError } from "./base/errors.ts";
import { optionsFromEnvironment } from "./options.ts";

const ACCOUNT_SID = `AC${"1".repeat(32)}`;
const KEY_SID = `SK${"2".repeat(32)}`;
const ACCOUNT = { TWILIO_ACCOUNT_SID: ACCOUNT_SID, TWILIO_AUTH_TOKEN: "token" };
const SECRET = "0123456789abcdef0123456789abcdef";

const DEFAULTS = {
  port: 3_000,
  host: "127.0.0.1",
  databaseUrl: "pglite:./.switchhook/data",
  secret: undefined,
  previousSecrets: [],
  publicUrl: "http://localhost:3000",
  trustedOrigins: ["http://localhost:3000", "http://127.0.0.1:3000"],
  trustedProxies: ["127.0.0.0/8", "::1"],
  apiKey: undefined,
  twilioAccount: undefined,
  twilioApiBaseUrl: undefined,
  usesEnvironmentProxy: false,
  allowedPrivateHosts: [],
  signatures: "enforce",
  signUp: "open",
  logLevel: "info",
  sendingLimits: { numberPerMinute: 60, organizationPerMinute: 600 },
  statusEventRetentionDays: 90,
  sweepCron: "*/15 * * * *",
  reconcileOnStart: "report",
};

test("an empty environment is enough", () => {
  expect(optionsFromEnvironment({})).toEqual(DEFAULTS);
});

describe("a setting", () => {
  test.each([
    ["PORT", "8080", { port: 8_080, publicUrl: "http://localhost:8080" }],
    ["PORT", "0", { port: 0 }],
    ["HOST", "0.0.0.0", { host: "0.0.0.0" }],
    ["PUBLIC_URL", "https://example.com/phone/", { publicUrl: "https://example.com/phone" }],
    ["RENDER_EXTERNAL_URL", "https://a.onrender.com", { publicUrl: "https://a.onrender.com" }],
    ["DATABASE_URL", "postgres://db/switchhook", { databaseUrl: "postgres://db/switchhook" }],
    ["SWITCHHOOK_SECRET", SECRET, { secret: SECRET }],
    ["SWITCHHOOK_PREVIOUS_SECRETS", "one,two", { previousSecrets: ["one", "two"] }],
    ["SWITCHHOOK_PREVIOUS_SECRETS", " one, two ,", { previousSecrets: ["one", "two"] }],
    ["SWITCHHOOK_API_KEY", "0123456789abcdef", { apiKey: "0123456789abcdef" }],
    ["TWILIO_API_BASE_URL", "http://127.0.0.1:4010/", { twilioApiBaseUrl: "http://127.0.0.1:4010" }],
    [
      "ALLOW_PRIVATE_HOSTS",
      "agents.internal, 10.0.0.5:8080",
      { allowedPrivateHosts: ["agents.internal", "10.0.0.5:8080"] },
    ],
    [
      "TRUSTED_ORIGINS",
      "https://app.example.com",
      { trustedOrigins: [...DEFAULTS.trustedOrigins, "https://app.example.com"] },
    ],
    ["TRUSTED_PROXIES", "10.0.0.5, fd00::/8", { trustedProxies: ["10.0.0.5", "fd00::/8"] }],
    ["SIGNATURES", "shadow", { signatures: "shadow" }],
    ["SIGN_UP", "invite", { signUp: "invite" }],
    ["NUMBER_SENDS_PER_MINUTE", "5", { sendingLimits: { numberPerMinute: 5, organizationPerMinute: 600 } }],
    [
      "ORGANIZATION_SENDS_PER_MINUTE",
      "9",
      { sendingLimits: { numberPerMinute: 60, organizationPerMinute: 9 } },
    ],
    ["STATUS_EVENT_RETENTION_DAYS", "7", { statusEventRetentionDays: 7 }],
    ["RECONCILE_ON_START", "apply", { reconcileOnStart: "apply" }],
    ["SWEEP_CRON", "7 * * * *", { sweepCron: "7 * * * *" }],
    ["NODE_USE_ENV_PROXY", "1", { usesEnvironmentProxy: true }],
    ["LOG_LEVEL", "silent", { logLevel: "silent" }],
  ])("%s=%s is understood", (name, value, expected) => {
    expect(optionsFromEnvironment({ [name]: value })).toMatchObject(expected);
  });

  test.each([
    "PORT",
    "HOST",
    "PUBLIC_URL",
    "DATABASE_URL",
    "SWITCHHOOK_SECRET",
    "SWITCHHOOK_PREVIOUS_SECRETS",
    "SWITCHHOOK_API_KEY",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_KEY",
    "TWILIO_API_SECRET",
    "TWILIO_API_BASE_URL",
    "SIGNATURES",
    "SIGN_UP",
    "NUMBER_SENDS_PER_MINUTE",
    "ORGANIZATION_SENDS_PER_MINUTE",
    "STATUS_EVENT_RETENTION_DAYS",
    "SWEEP_CRON",
    "RECONCILE_ON_START",
    "LOG_LEVEL",
  ])("%s that is left blank is one that is not set", (name) => {
    expect(optionsFromEnvironment({ [name]: "" })).toEqual(DEFAULTS);
    expect(optionsFromEnvironment({ [name]: "  " })).toEqual(DEFAULTS);
    expect(optionsFromEnvironment({ [name]: undefined })).toEqual(DEFAULTS);
  });

  test("of somebody else's is not looked at", () => {
    expect(optionsFromEnvironment({ PATH: "/bin", PORTAL: "x", twilio_auth_token: "x" })).toEqual(DEFAULTS);
  });
});

test.each(["99 * * * *", "* * * *", "0 */15 * * * *", "every hour"])(
  "a schedule of %s is refused before anything starts",
  (SWEEP_CRON) => {
    expect(() => optionsFromEnvironment({ SWEEP_CRON })).toThrow("SWEEP_CRON: must have five fields");
  },
);

describe("the Twilio account", () => {
  test("is its SID and its auth token", () => {
    expect(optionsFromEnvironment(ACCOUNT).twilioAccount).toEqual({
      accountSid: ACCOUNT_SID,
      authToken: "token",
      apiKey: undefined,
    });
  });

  test("may have an API key beside them", () => {
    const options = optionsFromEnvironment({
      ...ACCOUNT,
      TWILIO_API_KEY: KEY_SID,
      TWILIO_API_SECRET: "secret",
    });
    expect(options.twilioAccount?.apiKey).toEqual({ sid: KEY_SID, secret: "secret" });
  });
});

function refusalOf(environment: Record<string, string>): AppError {
  try {
    optionsFromEnvironment(environment);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}

describe("what is wrong is refused and named", () => {
  test.each([
    ["PORT", "http", ["PORT: must be a whole number from 0 to 65535"]],
    ["PORT", "65536", ["PORT: must be a whole number"]],
    ["PORT", "80.5", ["PORT: must be a whole number"]],
    ["PUBLIC_URL", "example.com", ["PUBLIC_URL", "https://"]],
    ["PUBLIC_URL", "https://example.com/?a=b", ["PUBLIC_URL"]],
    [
      "SWITCHHOOK_SECRET",
      "too short",
      ["SWITCHHOOK_SECRET: must have 32 characters", "openssl rand -hex 32"],
    ],
    ["SWITCHHOOK_API_KEY", "short", ["SWITCHHOOK_API_KEY: must have 16 characters"]],
    ["TWILIO_ACCOUNT_SID", KEY_SID, ["TWILIO_ACCOUNT_SID: must be AC and 32 hexadecimal digits"]],
    ["TWILIO_API_KEY", ACCOUNT_SID, ["TWILIO_API_KEY: must be SK and 32 hexadecimal digits"]],
    ["TWILIO_API_BASE_URL", "ftp://example.com", ["TWILIO_API_BASE_URL: "]],
    ["SIGNATURES", "off", ["SIGNATURES: ", "enforce", "shadow"]],
    ["TRUSTED_ORIGINS", "https://a.example.com/app", ["TRUSTED_ORIGINS.0: ", "origin"]],
    ["TRUSTED_ORIGINS", "app.example.com", ["TRUSTED_ORIGINS.0: "]],
    ["SIGN_UP", "closed", ["SIGN_UP: ", "open", "invite"]],
    ["NUMBER_SENDS_PER_MINUTE", "0", ["NUMBER_SENDS_PER_MINUTE: "]],
    ["ORGANIZATION_SENDS_PER_MINUTE", "unlimited", ["ORGANIZATION_SENDS_PER_MINUTE: "]],
    ["STATUS_EVENT_RETENTION_DAYS", "0", ["STATUS_EVENT_RETENTION_DAYS: "]],
    ["STATUS_EVENT_RETENTION_DAYS", "forever", ["STATUS_EVENT_RETENTION_DAYS: "]],
    ["LOG_LEVEL", "verbose", ["LOG_LEVEL: ", "debug"]],
  ])("%s=%s", (name, value, said) => {
    const { code, detail } = refusalOf({ [name]: value });
    expect(code).toBe("invalid_configuration");
    for (const part of said) expect(detail).toContain(part);
  });

  test.each([
    ["an account without its token", { TWILIO_ACCOUNT_SID: ACCOUNT_SID }, "TWILIO_AUTH_TOKEN"],
    ["a token without its account", { TWILIO_AUTH_TOKEN: "token" }, "TWILIO_ACCOUNT_SID"],
    ["a key without its secret", { ...ACCOUNT, TWILIO_API_KEY: KEY_SID }, "TWILIO_API_SECRET"],
    ["a secret without its key", { ...ACCOUNT, TWILIO_API_SECRET: "secret" }, "TWILIO_API_KEY"],
    [
      "a key without an account",
      { TWILIO_API_KEY: KEY_SID, TWILIO_API_SECRET: "secret" },
      "TWILIO_ACCOUNT_SID",
    ],
  ])("%s", (_name, environment, missing) => {
    const { code, detail } = refusalOf(environment);
    expect(code).toBe("invalid_configuration");
    expect(detail).toContain(missing);
  });

  test("all at once, so that one start tells everything", () => {
    const { detail } = refusalOf({ PORT: "x", SIGNATURES: "off", LOG_LEVEL: "verbose" });
    expect(detail).toMatch(/PORT: .*; SIGNATURES: .*; LOG_LEVEL: /);
  });

  test("without the value of a secret", () => {
    const { message } = refusalOf({ SWITCHHOOK_SECRET: "hunter2", TWILIO_API_KEY: "SKhunter2" });
    expect(message).not.toContain("hunter2");
  });
});
