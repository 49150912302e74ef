// A world in which calls and messages are really placed, to see who gets them. Everybody who may answer is one server,
// and known by the beginning of the path.
import { createServer } from "node:http";
import { type Control, startEmulator } from "../../emulator/index.ts";
import { CREDENTIALS, emulatedClient } from "./twilio.testing.ts";
import type { Verdict } from "./verdict.ts";
import { type Change, groupByResource } from "./webhook-config.ts";
import { type OurUrls, WEBHOOK_PATHS, type WebhookPath, webhookUrls } from "./webhook-urls.ts";

/** What can stand in a field for a URL. */
export type UrlKind = (typeof URL_KINDS)[number];
export const URL_KINDS = [
  "none",
  "ours",
  "ours before",
  "another agent's",
  "of another purpose",
  "another deployment's",
  "foreign",
] as const;

export type Purpose = "voice" | "message" | "status";

const PREFIXES = { here: "/here", before: "/before", there: "/there", crm: "/crm" } as const;
const AGENT = "agent_1";

/** What became of one call or message: who got it, and how the emulator says that it went there. */
export interface Placed {
  /** Never `shadowed` or `unknown`. */
  readonly verdict: Verdict;
  readonly kind: string;
  readonly sid: string | null;
  readonly url: string | null;
}

/** The emulator with an account, and whoever may be asked. */
export async function startRouteWorld() {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(req.url ?? "");
    req.resume();
    res.writeHead(200, { "content-type": "text/xml" }).end("<Response/>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const emulator = await startEmulator({ allowLocalhostUrls: true });
  return {
    control: emulator.control,
    client: emulatedClient(emulator),
    accountSid: CREDENTIALS.accountSid,
    ours: oursAt(origin),
    urlOf: (kind: UrlKind, purpose: Purpose) => urlAt(origin, kind, purpose),
    /** Who was asked since this was last asked. A trunk's calls go to somebody whom nobody here can ask. */
    placed: (purpose: Purpose, { kind, sid, url }: Omit<Placed, "verdict">): Placed => {
      const [request] = asked.splice(0);
      const silent = kind === "trunk" ? "foreign" : "nobody";
      const verdict = request === undefined ? silent : ownerOfRequest(request, WEBHOOK_PATHS[purpose]);
      return { verdict, kind, sid, url };
    },
    write: (changes: readonly Change[]) => write(emulator.control, changes),
    close: async () => {
      await emulator.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export type RouteWorld = Awaited<ReturnType<typeof startRouteWorld>>;

/** As a change of ours would, without the requests. */
function write(control: Control, changes: readonly Change[]): void {
  for (const { resource, sid, changes: fields } of groupByResource(changes)) {
    const values = Object.fromEntries(fields.map(({ field, after }) => [snakeCase(field), jsonValue(after)]));
    if (resource === "number") control.updateNumber(sid, values);
    if (resource === "service") control.updateService(sid, values);
    if (resource === "sender") control.updateSender(sid, values);
  }
}

function snakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function jsonValue(text: string): string | boolean {
  return text === "true" || text === "false" ? text === "true" : text;
}

function oursAt(origin: string): OurUrls {
  const { here, before } = PREFIXES;
  return { publicUrl: origin + here, earlierPublicUrls: [origin + before], agentId: AGENT };
}

function urlAt(origin: string, kind: UrlKind, purpose: Purpose): string {
  const given = (prefix: string) => webhookUrls(origin + prefix, AGENT)[`${purpose}Url`];
  const otherPurpose = purpose === "message" ? WEBHOOK_PATHS.voice : WEBHOOK_PATHS.message;
  const urls: Record<UrlKind, string> = {
    none: "",
    ours: given(PREFIXES.here),
    "ours before": given(PREFIXES.before),
    "another agent's": `${origin}${PREFIXES.here}${WEBHOOK_PATHS[purpose]}?agentId=agent_2`,
    "of another purpose": `${origin}${PREFIXES.here}${otherPurpose}`,
    "another deployment's": given(PREFIXES.there),
    foreign: `${origin}${PREFIXES.crm}/hook`,
  };
  return urls[kind];
}

/** Told from the request alone, as the one who gets it would. */
function ownerOfRequest(target: string, path: WebhookPath): Verdict {
  const { pathname, searchParams } = new URL(target, "http://127.0.0.1");
  if (pathname.startsWith(PREFIXES.crm)) return "foreign";
  if (pathname.startsWith(PREFIXES.there)) return "other_deployment";
  const isMeantForUs = pathname === PREFIXES.here + path && (searchParams.get("agentId") ?? AGENT) === AGENT;
  return isMeantForUs ? "ours" : "ours_stale";
}

/** Every combination of the axes' values. */
export function combinations<T extends object>(axes: { readonly [K in keyof T]: readonly T[K][] }): T[] {
  const entries = Object.entries<readonly unknown[]>(axes);
  const all = entries.reduce<Record<string, unknown>[]>(
    (rows, [axis, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [axis]: value }))),
    [{}],
  );
  // Each row has one of each axis's values.
  return all as T[];
}
