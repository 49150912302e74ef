// The gate before everything that Twilio calls: nothing of a request is believed before its signature is. It must not
// need the database: a number is answered while that is down.
import { createMiddleware } from "hono/factory";
import { AppError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import { storable } from "../base/text.ts";
import { PROBE_HEADER, probeNonce } from "../twilio/probe-webhook.ts";
import {
  isForm,
  parseFormParams,
  type SignatureVerdict,
  signedUrls,
  verifySignature,
} from "../twilio/signature.ts";
import type { SigningKeys } from "./signing-keys.ts";

export type WebhookParams = Readonly<Record<string, string | string[]>>;

export interface LoggedEvent {
  /** Such as `callback.stored`. */
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface WebhookEnv {
  Variables: {
    readonly params: WebhookParams;
    /** Sent by ourselves, to see whether it arrives: nothing of it is stored, and no agent is asked. */
    readonly isProbe: boolean;
    /** For the request's one log line, under the name of what has happened. */
    readonly logged?: LoggedEvent;
  };
  /** The Node adapter passes the raw request, whose URL nothing has normalised. */
  Bindings: { readonly incoming?: { readonly url?: string } };
}

export interface WebhookDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly signingKeys: Pick<SigningKeys, "tokensOf">;
  /** The base URLs under which a signature counts. The request's own Host is never asked. */
  readonly acceptedUrls: { now(): readonly string[] };
  /** `shadow` lets through what `enforce` refuses, but logs and counts it. */
  readonly signatures: "enforce" | "shadow";
}

const NO_FORM =
  "Twilio calls here with a form (application/x-www-form-urlencoded). This body is of another type, so nothing was done.";

/** Lets a form pass that Twilio has signed for the account it names. @throws AppError `bad_signature`, `invalid_input` */
export function verifiedWebhook(deps: WebhookDeps) {
  return createMiddleware<WebhookEnv>(async (c, next) => {
    const rawBody = await c.req.text();
    const target = c.env?.incoming?.url ?? c.req.url;
    // What Twilio says of a call or message stands in the form alone. It signs any URL that the TwiML of the account names,
    // and that TwiML may be another tenant's: what stands in a URL's query is their word.
    const formParams = parseFormParams(rawBody);
    const accountSid = storable(text(formParams.AccountSid));
    const tokens = deps.signingKeys.tokensOf(accountSid);
    const request = {
      urls: signedUrls(deps.acceptedUrls.now(), target),
      signature: c.req.header("x-twilio-signature"),
      contentType: c.req.header("content-type"),
      rawBody,
      formParams,
    };
    const verdict = verdictOf(tokens, () => verifySignature(request, tokens));
    deps.metrics.webhooks.inc({ route: c.req.path, verdict });
    if (verdict !== "valid") reject(deps, verdict, c.req.path, accountSid);
    if (rawBody !== "" && !isForm(request.contentType))
      throw new AppError("invalid_input", { detail: NO_FORM });
    const params = UNSTORABLE.test(rawBody) ? storableParams(formParams) : formParams;
    c.set("params", params);
    const nonce = probeNonce(params);
    c.set("isProbe", nonce !== undefined);
    await next();
    if (nonce !== undefined) c.header(PROBE_HEADER, nonce);
  });
}

// A NUL, as it is or escaped. Half a surrogate pair cannot come over the wire: what is decoded is UTF-8.
const UNSTORABLE = /\0|%00/;

/**
 * Twilio does not send a webhook better because it was refused, so what cannot be stored of it is replaced. The signature
 * is checked over the body as it came.
 */
function storableParams(params: WebhookParams): WebhookParams {
  const entries = Object.entries(params).map(([name, value]): [string, string | string[]] => [
    storable(name),
    Array.isArray(value) ? value.map(storable) : storable(value),
  ]);
  return Object.fromEntries(entries);
}

type Verdict = SignatureVerdict["outcome"] | "unknown_account";

function verdictOf(tokens: readonly string[], verify: () => SignatureVerdict): Verdict {
  return tokens.length === 0 ? "unknown_account" : verify().outcome;
}

const HINTS: Record<Exclude<Verdict, "valid">, string> = {
  missing: "There is no X-Twilio-Signature header.",
  unknown_account: "The request's AccountSid is not an account that is connected here.",
  body_mismatch: "Twilio signed this URL, but not this body.",
  invalid:
    "The signature fits neither the current nor the previous auth token at the configured public URL. Check PUBLIC_URL " +
    "first; then whether the account's primary token was rotated, or a Webhook Rule signs with another key.",
};

function reject(
  deps: WebhookDeps,
  verdict: Exclude<Verdict, "valid">,
  path: string,
  accountSid: string,
): void {
  const { signatures } = deps;
  deps.log.warn({ path, verdict, accountSid: accountSid.slice(0, 34), signatures }, "webhook.bad_signature");
  if (signatures === "enforce") throw new AppError("bad_signature", { detail: HINTS[verdict] });
}

/** A parameter's value; the first of a repeated one, empty when it is missing. */
export function text(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
