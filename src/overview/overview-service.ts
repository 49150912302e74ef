// What an organization sees first: how its numbers are, what goes through them, what that costs, what happened last. Reads
// only, and no more than a bounded part of anything.
import { countOpenAlerts } from "../alerts/alert-store.ts";
import { listAudit } from "../audit/audit-service.ts";
import type { NamedEntry } from "../audit/audit-store.ts";
import type { Actor } from "../auth/actor.ts";
import { addMs, type Clock } from "../base/clock.ts";
import { HOUR_MS } from "../base/durations.ts";
import type { Db } from "../db/connect.ts";
import { countNumbers, type NumberCounts } from "../phone-numbers/inventory/number-list.ts";
import { countWithVerdict } from "../phone-numbers/verification/route-verdict-store.ts";
import { countByHour } from "../traffic/traffic-count-store.ts";
import { type Delivery, deliveryOf, hoursOf, sumOf, type TrafficHour } from "../traffic/traffic-summary.ts";
import { today } from "../usage/day.ts";
import type { UsageSum } from "../usage/report.ts";
import { reportUsage } from "../usage/report-service.ts";

export interface OverviewDeps {
  readonly db: Db;
  readonly clock: Clock;
}

export interface Overview {
  /** Those that are still in their account. */
  readonly numbers: NumberCounts;
  /** Of the drifted ones: those where our URL is set, and something of higher precedence answers instead. */
  readonly shadowed: number;
  readonly openAlerts: number;
  /** Of the last 24 hours, the current one included. */
  readonly traffic: {
    readonly hours: readonly TrafficHour[];
    readonly delivery: Delivery;
    /** False when there was more than is counted: the earliest hours are too low then. */
    readonly isComplete: boolean;
  };
  /** Since the first of the month, UTC. */
  readonly month: { readonly from: string; readonly to: string; readonly usage: UsageSum };
  readonly latest: readonly NamedEntry[];
}

const HOURS = 24;
const MAX_COUNTED = 50_000;
const LATEST = 10;
const MAX_SHADOWED = 50_000;

export async function readOverview(deps: OverviewDeps, actor: Actor): Promise<Overview> {
  const [numbers, shadowed, openAlerts, traffic, month, latest] = await Promise.all([
    countNumbers(deps.db, actor, { status: "active" }),
    countWithVerdict(deps.db, actor.orgId, "shadowed", MAX_SHADOWED),
    countOpenAlerts(deps.db, actor.orgId),
    readTraffic(deps, actor),
    readMonth(deps, actor),
    listAudit(deps, actor, { limit: LATEST }),
  ]);
  return { numbers, shadowed, openAlerts, traffic, month, latest: latest.rows };
}

async function readTraffic({ db, clock }: OverviewDeps, { orgId }: Actor): Promise<Overview["traffic"]> {
  const now = clock.now();
  const [first] = hoursOf([], now, HOURS);
  const since = first?.hour ?? addMs(now, -HOURS * HOUR_MS);
  const counts = await countByHour(db, orgId, { since, limit: MAX_COUNTED });
  return {
    hours: hoursOf(counts, now, HOURS),
    delivery: deliveryOf(counts),
    isComplete: sumOf(counts, "call") < MAX_COUNTED && sumOf(counts, "message") < MAX_COUNTED,
  };
}

async function readMonth(deps: OverviewDeps, actor: Actor): Promise<Overview["month"]> {
  const to = today(deps.clock);
  const from = `${to.slice(0, 8)}01`;
  const { totals } = await reportUsage(deps, actor, { from, to, groupBy: ["kind"], limit: 1 });
  return { from, to, usage: totals };
}
