// What was charged, as the export says it, and what should have been, as the emulated Twilio knows it.
import type { CallResource, MessageResource } from "../../emulator/index.ts";
import type { World } from "./world.ts";

/** What a call leg or message comes to over all of its entries. */
export interface Charged {
  readonly count: number;
  readonly seconds: number;
  readonly segments: number;
}

export type Ledger = Readonly<Record<string, Charged>>;

const NOTHING: Charged = { count: 0, seconds: 0, segments: 0 };

/** Of the default organization, or the headers'. By SID; what was taken back whole is left out. */
export async function readLedger(world: World, headers?: Record<string, string>): Promise<Ledger> {
  const sums = new Map<string, Charged>();
  for (const { sid, count, seconds, segments } of await exportedEntries(world, headers)) {
    const sum = sums.get(sid) ?? NOTHING;
    sums.set(sid, {
      count: sum.count + count,
      seconds: sum.seconds + seconds,
      segments: sum.segments + segments,
    });
  }
  return sorted([...sums].filter(([, { count }]) => count !== 0));
}

export interface ExportedEntry extends Charged {
  readonly sid: string;
  readonly phoneNumberId: string;
  readonly chatbotId: string | null;
}

/** Every entry of the last days. */
export async function exportedEntries(
  world: World,
  headers?: Record<string, string>,
): Promise<readonly ExportedEntry[]> {
  const { from, to } = aroundToday();
  const { status, body } = await world.request(
    "GET",
    `/api/usage/export?format=ndjson&from=${from}&to=${to}`,
    undefined,
    headers,
  );
  if (status !== 200) throw new Error(`No export: ${JSON.stringify(body)}`);
  const lines: readonly string[] = body.split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

function aroundToday(): { readonly from: string; readonly to: string } {
  return { from: dayFromNow(-2), to: dayFromNow(0) };
}

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** The same from Twilio's side: completed calls, and messages that came in or left. */
export function trueLedger(world: World): Ledger {
  const { calls, messages } = world.emulator.control.snapshot();
  // A snapshot's calls and messages are the resources themselves.
  return sorted([
    ...(calls as CallResource[]).flatMap(chargedCall),
    ...(messages as MessageResource[]).flatMap(chargedMessage),
  ]);
}

function chargedCall({ sid, status, duration }: CallResource): [string, Charged][] {
  return status === "completed" ? [[sid, { count: 1, seconds: Number(duration), segments: 0 }]] : [];
}

const CHARGED_STATUSES = new Set(["received", "sent", "delivered", "undelivered", "read"]);

function chargedMessage({ sid, status, num_segments: segments }: MessageResource): [string, Charged][] {
  return CHARGED_STATUSES.has(status) ? [[sid, { count: 1, seconds: 0, segments: Number(segments) }]] : [];
}

function sorted(entries: readonly [string, Charged][]): Ledger {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads Twilio's records and corrects the ledger by them. */
export async function reconcile(world: World): Promise<unknown> {
  const { from, to } = aroundToday();
  const body = { accountId: world.accountId, from, to };
  const answer = await world.request("POST", "/api/usage/reconcile", body);
  if (answer.status !== 200) throw new Error(`Not reconciled: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
