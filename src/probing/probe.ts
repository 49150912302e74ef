// What a probe is and what its result means. Pure.
import { DAY_MS } from "../base/durations.ts";
import type { Certificate, Stage, Timings, Trace } from "../outbound/traced-request.ts";
import { PROBE_HEADER, type ProbedWebhook } from "../twilio/probe-webhook.ts";

/** One webhook of a number, sent through the public URL. */
export interface ProbedUrl {
  readonly webhook: ProbedWebhook;
  readonly url: string;
  /** What is wrong and what to do about it; undefined when Twilio would get its answer. */
  readonly problem: string | undefined;
  /** What will be wrong soon. */
  readonly warning: string | undefined;
  readonly status: number | undefined;
  readonly address: string | undefined;
  readonly timings: Timings;
  readonly totalMs: number;
  readonly certificate: Certificate | undefined;
}

/** Twilio gives up after this. https://www.twilio.com/docs/usage/webhooks/webhooks-faq */
export const TWILIO_WAITS_MS = 15_000;
const CERTIFICATE_WARNING_MS = 14 * DAY_MS;

const STAGE_PROBLEMS: Record<Stage, string> = {
  dns: "The public URL's host name cannot be resolved. Check PUBLIC_URL and the host's DNS records.",
  connect:
    "Nothing accepts connections at the public URL. Check that the proxy or tunnel runs and its port is open.",
  tls: "No secure connection can be made. Check the certificate: Twilio refuses one that is expired, self-signed or for another name.",
  answer:
    "The connection was accepted, but no answer came in time. Check that the proxy passes requests on to Switchhook.",
};

export function judge(
  { webhook, url }: Pick<ProbedUrl, "webhook" | "url">,
  trace: Trace,
  expected: {
    readonly nonce: string;
    readonly whyNotTwiml: (body: string) => string | undefined;
    readonly now: Date;
  },
): ProbedUrl {
  const { timings, totalMs, address, certificate } = trace;
  return {
    webhook,
    url,
    problem: problemOf(webhook, trace, expected),
    warning: warningOf(certificate, expected.now),
    status: trace.outcome === "answered" ? trace.status : undefined,
    address,
    timings,
    totalMs,
    certificate,
  };
}

function problemOf(
  webhook: ProbedWebhook,
  trace: Trace,
  { nonce, whyNotTwiml }: Parameters<typeof judge>[2],
): string | undefined {
  if (trace.outcome === "failed") return `${STAGE_PROBLEMS[trace.stage]} (${trace.reason})`;
  const { status, headers, body } = trace;
  if (status >= 300 && status < 400)
    return `The public URL redirects to ${String(headers.location)}. Twilio signs the URL that it calls, so set PUBLIC_URL to the address that answers.`;
  if (status === 403)
    return "The signature was refused. A proxy changes the request's path, query or body; or this server has another auth token than the account.";
  if (headers[PROBE_HEADER] !== nonce)
    return `Something else than this Switchhook answers at the public URL (status ${status}). Check where PUBLIC_URL leads.`;
  if (webhook === "status")
    return status === 204 ? undefined : `A status callback was answered with ${status}.`;
  const flaw = status === 200 ? whyNotTwiml(body) : `It was answered with ${status}.`;
  return flaw === undefined ? undefined : `Twilio could not use the answer. ${flaw}`;
}

function warningOf(certificate: Certificate | undefined, now: Date): string | undefined {
  if (!certificate || certificate.validTo.getTime() - now.getTime() > CERTIFICATE_WARNING_MS)
    return undefined;
  return `The certificate is good until ${certificate.validTo.toISOString()} only. Renew it: Twilio refuses an expired one.`;
}
