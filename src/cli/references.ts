// How a person names things: a number by its digits, a Twilio account by its SID. The API takes ids, which are found here.
import pMap from "p-map";
import { AppError } from "../base/errors.ts";
import { ACCOUNT_SID } from "../twilio/sid.ts";
import type { ApiClient } from "./api-client.ts";
import { query } from "./run.ts";

/** Arguments and options that `numberIdOf` and `accountIdOf` understand. */
export const NUMBER = ["<number>", "the number, such as +14155550123, or its id"] as const;
export const ACCOUNT = ["<account>", "the account's SID in Twilio, or its id"] as const;

interface FoundNumbers {
  readonly phoneNumbers: readonly {
    readonly id: string;
    readonly phoneNumber: string;
    readonly status: string;
  }[];
  readonly nextCursor: string | null;
}

interface FoundAccounts {
  readonly accounts: readonly { readonly id: string; readonly sid: string }[];
}

/** The most that the API gives at once. Numbers whose names have another one's digits are found with it, but not so many. */
const LIMIT = "200";
const CONCURRENT_SEARCHES = 4;

/** @throws AppError `phone_number_not_found`, and Error when several could be meant */
export async function numberIdOf(api: ApiClient, reference: string): Promise<string> {
  // No id begins like that.
  if (!reference.trimStart().startsWith("+")) return reference;
  const phoneNumber = `+${reference.replaceAll(/\D/g, "")}`;
  const search = query({ search: phoneNumber, limit: LIMIT });
  const { phoneNumbers, nextCursor } = await api.send<FoundNumbers>("GET", `/api/phone-numbers?${search}`);
  const same = phoneNumbers.filter((number) => number.phoneNumber === phoneNumber);
  // It may have been released in one account, and be in another one now.
  const active = same.filter(({ status }) => status === "active");
  const [found, ...others] = active.length > 0 ? active : same;
  if (nextCursor !== null || others.length > 0) throw ambiguous(phoneNumber, same);
  if (found) return found.id;
  throw new AppError("phone_number_not_found", {
    detail: `This organization holds no number ${phoneNumber}. "switchhook numbers" lists those that it does.`,
  });
}

function ambiguous(phoneNumber: string, same: FoundNumbers["phoneNumbers"]): Error {
  const ids = same.map(({ id }) => id).join(", ");
  return new Error(
    `Several numbers could be meant by ${phoneNumber}. Give the id of one${ids && `: ${ids}`}.`,
  );
}

export function numberIdsOf(api: ApiClient, references: readonly string[]): Promise<string[]> {
  return pMap(references, (reference) => numberIdOf(api, reference), { concurrency: CONCURRENT_SEARCHES });
}

/** @throws AppError `account_not_found` */
export async function accountIdOf(api: ApiClient, reference: string): Promise<string> {
  if (!ACCOUNT_SID.test(reference)) return reference;
  const { accounts } = await api.send<FoundAccounts>("GET", "/api/twilio-accounts");
  const found = accounts.find(({ sid }) => sid === reference);
  if (found) return found.id;
  throw new AppError("account_not_found", {
    detail: `${reference} is not connected. "switchhook accounts" lists those that are.`,
  });
}

/** The only account there is. @throws AppError `account_not_found`, and Error when there are several */
export async function onlyAccountId(api: ApiClient): Promise<string> {
  const { accounts } = await api.send<FoundAccounts>("GET", "/api/twilio-accounts");
  const [only, ...others] = accounts;
  if (!only) {
    throw new AppError("account_not_found", {
      detail: "None is connected yet. Connect one: switchhook accounts connect",
    });
  }
  if (others.length === 0) return only.id;
  const sids = accounts.map(({ sid }) => sid).join(", ");
  throw new Error(`Several Twilio accounts are connected. Name one: ${sids}`);
}

type Flags = Readonly<Record<string, string | undefined>>;

/** What flags are about, in the API's words: `--number`, `--agent` and `--account` go by other names there. */
export async function membersOf(
  api: ApiClient,
  { number, agent, account, ...others }: Flags,
): Promise<Readonly<Record<string, string>>> {
  const members: Flags = {
    ...others,
    phoneNumberId: number === undefined ? undefined : await numberIdOf(api, number),
    chatbotId: agent,
    accountId: account === undefined ? undefined : await accountIdOf(api, account),
  };
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
