import type { Instance } from "./instance.ts";
import type { WebhookAttempt, WebhookKind } from "./traffic-types.ts";
import { parseTwiml, type Verb } from "./twiml.ts";
import type { Webhook } from "./webhook.ts";
import { alertAbout, deliver } from "./webhook-delivery.ts";

export interface Endpoint {
  readonly url: string;
  readonly method: string;
}

export interface Step extends Endpoint {
  readonly kind: WebhookKind;
  /** Added to the session's own parameters. */
  readonly params?: Readonly<Record<string, string>>;
}

export interface Session {
  readonly instance: Instance;
  readonly product: "voice" | "messaging";
  readonly accountSid: string;
  readonly resourceSid: string;
  readonly params: Readonly<Record<string, string>>;
  readonly fallback: Endpoint | null;
  /** Carries out one document, fetched from `baseUrl`. */
  readonly execute: (verbs: readonly Verb[], baseUrl: string) => Executed | Promise<Executed>;
}

export interface Executed {
  /** Where the next document is; null at the end. */
  readonly next: Step | null;
  /** What was sent meanwhile. */
  readonly webhooks: readonly WebhookAttempt[];
}

export interface SessionResult {
  readonly webhooks: WebhookAttempt[];
  readonly twiml: string | null;
}

const MAX_DOCUMENTS = 10;

/** Fetches documents and carries them out, one leading to the next. A failure goes to the fallback URL, once. */
export async function runSession(session: Session, first: Step): Promise<SessionResult> {
  const webhooks: WebhookAttempt[] = [];
  let twiml: string | null = null;
  let next: Step | null = first;
  let fallback = session.fallback;
  for (let documents = 0; next && documents < MAX_DOCUMENTS; documents++) {
    const step: Step = next;
    const fetched = await fetchDocument(session, step);
    webhooks.push(...fetched.attempts);
    twiml = fetched.text ?? twiml;
    if (!fetched.verbs) {
      next = fallbackStep(fallback, fetched.attempts);
      fallback = null;
      continue;
    }
    const executed = await session.execute(fetched.verbs, step.url);
    webhooks.push(...executed.webhooks);
    next = executed.next;
  }
  return { webhooks, twiml };
}

function fallbackStep(fallback: Endpoint | null, attempts: readonly WebhookAttempt[]): Step | null {
  const failed = attempts.at(-1);
  if (!fallback || !failed) return null;
  const params = { ErrorCode: String(failed.errorCode), ErrorUrl: failed.url };
  return { ...fallback, kind: "fallback", params };
}

interface Fetched {
  readonly attempts: WebhookAttempt[];
  readonly text: string | null;
  readonly verbs: readonly Verb[] | null;
}

async function fetchDocument(session: Session, step: Step): Promise<Fetched> {
  const webhook: Webhook = { ...session, ...step, params: { ...session.params, ...step.params } };
  const attempts = await deliver(session.instance, webhook);
  const last = attempts.at(-1);
  if (!last || last.errorCode !== null) return { attempts, text: null, verbs: null };
  const verbs = interpret(session, last);
  if (typeof verbs !== "number") return { attempts, text: last.body, verbs };
  last.errorCode = verbs;
  last.error = verbs === 12300 ? `Invalid content type ${last.contentType}` : "The document can't be parsed";
  alertAbout(session.instance, webhook, last);
  return { attempts, text: last.body, verbs: null };
}

/** The verbs in an answer, or Twilio's code for why there are none. */
function interpret(session: Session, answer: WebhookAttempt): readonly Verb[] | number {
  const body = answer.body ?? "";
  // A message needs no answer; a call does.
  if (session.product === "messaging" && body.trim() === "") return [];
  const type = (answer.contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type.startsWith("audio/")) return [plainVerb("Play", answer.url)];
  if (type === "text/plain")
    return parseTwiml(body) ?? [plainVerb(session.product === "voice" ? "Say" : "Message", body)];
  if (!["text/xml", "application/xml", "text/html"].includes(type)) return 12300;
  return parseTwiml(body) ?? 12100;
}

const plainVerb = (name: string, text: string): Verb => ({ name, attributes: {}, text, children: [] });
