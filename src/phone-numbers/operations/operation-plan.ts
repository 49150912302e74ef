// What carrying out an intent would write, given what is in Twilio now. Reads, and writes nothing: the same plan serves
// a dry run, an assignment and a verification.
import { findAccount } from "../../accounts/account-store.ts";
import { clientFor } from "../../accounts/twilio-clients.ts";
import { AppError } from "../../base/errors.ts";
import type { TwilioClient } from "../../twilio/client.ts";
import { desiredConfig, releasedConfig } from "../../twilio/desired-config.ts";
import { type Observed, type ReadScope, resourcesOf } from "../../twilio/observed.ts";
import {
  type Change,
  groupByResource,
  type ManagedChannels,
  planWebhooks,
  type ResourceConfig,
} from "../../twilio/webhook-config.ts";
import { type NumberTarget, readWebhooks } from "../../twilio/webhook-manager.ts";
import type { OurUrls } from "../../twilio/webhook-urls.ts";
import type { PhoneNumber } from "../phone-number.ts";
import { isReliedOnByOthers } from "../phone-number-store.ts";
import { scopeIntent, withinScope } from "./intent-scope.ts";
import type { Intent } from "./operation.ts";
import type { Connect, Observe, OperationDeps } from "./operation-deps.ts";
import { planUndo } from "./operation-undo.ts";

type PlanDeps = Pick<
  OperationDeps,
  "db" | "vault" | "connectTwilio" | "publicUrl" | "earlierPublicUrls" | "observe"
>;

/** Now, and nothing but this number. */
export const observeNow: Observe = (client, number, scope) =>
  readWebhooks(client, numberTarget(number), scope);

export interface Plan {
  /** What is carried out of what was asked for. */
  readonly intent: Intent;
  readonly observed: Observed;
  readonly desired: readonly ResourceConfig[];
  readonly changes: readonly Change[];
  /** What would be written if no class of fields were left out: whose the number is, all of it says. */
  readonly wanted: readonly Change[];
  /** What putting back would write as well, if other numbers did not rely on the service. */
  readonly withheld: readonly Change[];
  readonly ours: OurUrls;
}

export const clientForNumber: Connect = async (deps, number) => {
  const account = await findAccount(deps.db, number.operatorOrgId, number.accountId);
  if (!account) throw new AppError("account_not_found");
  return clientFor(deps, account);
};

/** Reads what is there and computes what carrying out the intent would write. Writes nothing. @throws TwilioError */
export async function planIntent(
  deps: PlanDeps,
  client: TwilioClient,
  number: PhoneNumber,
  intent: Intent,
): Promise<Plan> {
  const observed = await deps.observe(client, number, scopeOf(number, intent));
  return planObserved(deps, number, intent, observed);
}

/** What has to be read to plan an intent. */
function scopeOf(number: PhoneNumber, { channels }: Intent): ReadScope {
  const managed = managedChannels(number);
  return { sms: channels.sms || managed.sms, whatsapp: channels.whatsapp || managed.whatsapp };
}

/** The same for what has been read already. */
export async function planObserved(
  deps: PlanDeps,
  number: PhoneNumber,
  asked: Intent,
  observed: Observed,
): Promise<Plan> {
  const intent = scopeIntent(asked, observed);
  const ours = ourUrls(deps, intent.agentId);
  const kept =
    intent.agentId === undefined ? [] : desiredConfig({ ...intent, agentId: intent.agentId, observed, ours });
  const there = resourcesOf(observed);
  const isUndo = intent.undoes !== undefined;
  const back = isUndo
    ? await planUndo(deps.db, number, intent.undoes, there)
    : planWebhooks(releasedChannels(number, intent, observed, ours), there);
  const shared = await sharedServices(deps, number, back);
  const forth = isUndo ? [] : planWebhooks(kept, there);
  return {
    intent,
    observed,
    ours,
    desired: kept,
    wanted: forth,
    changes: [...back.filter(({ sid }) => !shared.has(sid)), ...withinScope(forth, intent, observed)],
    withheld: back.filter(({ sid }) => shared.has(sid)),
  };
}

function managedChannels({ assignment }: PhoneNumber): ManagedChannels {
  return assignment?.channels ?? { sms: false, whatsapp: false };
}

/** The number in Twilio, with what was seen of it before. */
export function numberTarget({ sid, e164, observed = [] }: PhoneNumber): NumberTarget {
  const services = observed.filter(({ resource }) => resource === "service");
  return { sid, e164, likelyServiceSids: services.map((service) => service.sid) };
}

export function ourUrls(
  deps: Pick<PlanDeps, "publicUrl" | "earlierPublicUrls">,
  agentId: string | undefined,
): OurUrls {
  const { publicUrl, earlierPublicUrls } = deps;
  return { publicUrl, earlierPublicUrls, agentId };
}

function releasedChannels(
  number: PhoneNumber,
  intent: Intent,
  observed: Observed,
  ours: OurUrls,
): readonly ResourceConfig[] {
  const managed = managedChannels(number);
  const release = {
    voice: intent.agentId === undefined,
    sms: managed.sms && !intent.channels.sms,
    whatsapp: managed.whatsapp && !intent.channels.whatsapp,
  };
  if (!release.voice && !release.sms && !release.whatsapp) return [];
  const original = intent.restore ? number.original : undefined;
  return releasedConfig({ release, observed, ours, original });
}

/** The Messaging Services among what would be changed that other numbers of ours rely on: they stay as they are. */
async function sharedServices(
  deps: PlanDeps,
  number: PhoneNumber,
  changes: readonly Change[],
): Promise<ReadonlySet<string>> {
  const shared = new Set<string>();
  for (const { resource, sid } of groupByResource(changes)) {
    if (resource === "service" && (await isReliedOnByOthers(deps.db, number, sid))) shared.add(sid);
  }
  return shared;
}
