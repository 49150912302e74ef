// Reads the numbers of a batch from the lists of their account, a thousand at a time: one by one, a fleet that is to be changed
// would be asked for as often as it is written to. What a list says is a few seconds old when it is used; what is too old,
// or older than what we know of a number, is read again by itself; so is what may be the middle of a change that was taken back.
import { findAccount, type SealedAccount } from "../accounts/account-store.ts";
import { clientFor } from "../accounts/twilio-clients.ts";
import { addMs } from "../base/clock.ts";
import { DAY_MS } from "../base/durations.ts";
import { AppError } from "../base/errors.ts";
import { findManagedChannels } from "../phone-numbers/number-group-store.ts";
import type { Connect, Observe } from "../phone-numbers/operations/operation-deps.ts";
import { clientForNumber, observeNow } from "../phone-numbers/operations/operation-plan.ts";
import { countInAccount } from "../phone-numbers/phone-number-store.ts";
import { knownSince } from "../phone-numbers/stillness.ts";
import { type AccountFacts, factsOf, readAccountFacts } from "../twilio/account-facts.ts";
import type { TwilioClient } from "../twilio/client.ts";
import { listedNumberConfig } from "../twilio/number-config.ts";
import { firstNumberPage, type ListedNumber } from "../twilio/number-list.ts";
import type { ReadScope } from "../twilio/observed.ts";
import type { SdkPage } from "../twilio/sdk-pages.ts";
import { TwilioError } from "../twilio/twilio-error.ts";
import type { ResourceConfig } from "../twilio/webhook-config.ts";
import type { Batch } from "./batch.ts";
import { isWorthListing } from "./batch-rules.ts";
import type { BatchRun } from "./batch-run.ts";
import type { RunDeps } from "./fleet-deps.ts";

/** A page of an account's numbers. */
export interface ListedNumbers {
  readonly account: SealedAccount;
  readonly sids: readonly string[];
  readonly observe: Observe;
  readonly connect: Connect;
}

interface Listing {
  readonly account: SealedAccount;
  /** The channels whose resources are needed; those of WhatsApp are in no list. */
  readonly scope: Pick<ReadScope, "sms">;
  readonly isWanted: () => boolean;
}

const MAX_AGE_MS = 15_000;
/** A batch may be at it for as long as that. */
const MAX_LISTING_MS = DAY_MS;
/** A million numbers. */
const MAX_PAGES = 1_000;

/**
 * Reads the lists of those accounts of which enough numbers are wanted for it to be worth it. What was not read, because it
 * could not be or for any other reason, is left to be read number by number.
 *
 * @param wanted how many numbers of each account
 * @returns page by page; one is not asked for before it is wanted
 */
export async function* listWorthwhile(
  deps: RunDeps,
  run: BatchRun,
  { orgId, intent }: Batch,
  wanted: ReadonlyMap<string, number>,
): AsyncGenerator<ListedNumbers, void, void> {
  for (const [accountId, count] of wanted) {
    if (!run.mayGoOn || !isWorthListing(count, await countInAccount(deps.db, accountId))) continue;
    const account = await findAccount(deps.db, orgId, accountId);
    if (!account) continue;
    const { sms } = await findManagedChannels(deps.db, accountId);
    const scope = { sms: sms || ("channels" in intent && intent.channels.sms) };
    try {
      yield* listNumbers(deps, { account, scope, isWanted: () => run.mayGoOn });
    } catch (error) {
      // Lists that nobody wants any more are not read to their ends.
      if (!run.mayGoOn) return;
      if (!(error instanceof TwilioError || error instanceof AppError)) throw error;
      deps.log.warn({ err: error, accountId }, "batch.account_not_listed");
    }
  }
}

/** @throws TwilioError */
async function* listNumbers(
  deps: RunDeps,
  { account, scope, isWanted }: Listing,
): AsyncGenerator<ListedNumbers, void, void> {
  const { clock } = deps;
  const client = clientFor(deps, account);
  const limits = { clock, until: addMs(clock.now(), MAX_LISTING_MS), isWanted };
  let asking: (() => Promise<SdkPage<ListedNumber>> | undefined) | undefined = () => firstNumberPage(client);
  for (let pages = 0; asking && pages < MAX_PAGES && isWanted(); pages++) {
    const readAt = clock.now();
    const [page, facts]: [SdkPage<ListedNumber> | undefined, AccountFacts] = await Promise.all([
      asking(),
      readAccountFacts(client, { ...scope, whatsapp: false }, limits),
    ]);
    if (!page) return;
    const configs = new Map(page.instances.map((number) => [number.sid, listedNumberConfig(number)]));
    const observe = observeListed(deps, { configs, facts, scope, readAt });
    yield { account, sids: [...configs.keys()], observe, connect: connectTo(account, client) };
    asking = page.nextPageUrl ? () => page.nextPage() : undefined;
  }
}

/** A page is soon done with, so the account is not looked up again for each of its numbers. */
function connectTo({ id, orgId }: SealedAccount, client: TwilioClient): Connect {
  return async (deps, number) =>
    number.accountId === id && number.operatorOrgId === orgId ? client : clientForNumber(deps, number);
}

interface ListedPage {
  readonly configs: ReadonlyMap<string, ResourceConfig>;
  readonly facts: AccountFacts;
  readonly scope: Listing["scope"];
  readonly readAt: Date;
}

function observeListed({ clock }: RunDeps, { configs, facts, scope, readAt }: ListedPage): Observe {
  return async (client, number, needed) => {
    const config = configs.get(number.sid);
    const isToldByLists = !needed.whatsapp && (scope.sms || !needed.sms);
    const since = knownSince(number);
    const isKnownBetter = since !== undefined && since >= readAt;
    const isOld = clock.now().getTime() - readAt.getTime() > MAX_AGE_MS;
    return config && isToldByLists && !isKnownBetter && !isOld
      ? factsOf(facts, config, number.e164)
      : observeNow(client, number, needed);
  };
}
