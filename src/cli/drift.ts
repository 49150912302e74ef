// What differs in Twilio from what is wanted, from the command line: sweeps, what they found, and what is to be done about it.
import type { Command } from "commander";
import { type Answer, pick, query, run, tellPage } from "./run.ts";

interface Sweep extends Answer {
  readonly state: string;
  readonly failure: string | null;
  readonly counts: Readonly<Record<string, number>> | null;
}

interface DriftPage extends Answer {
  readonly drifts: readonly Drift[];
  readonly nextCursor: string | null;
}

interface Drift {
  readonly phoneNumber: { readonly id: string; readonly phoneNumber: string };
  readonly fieldClass: string;
  readonly verdict: string | null;
  readonly reason: string;
  readonly fields: readonly { readonly field: string; readonly wanted: string; readonly found: string }[];
  readonly openedAt: string;
  readonly endedAt: string | null;
  readonly endReason: string | null;
}

interface PolicyPage extends Answer {
  readonly policies: readonly {
    readonly scope: string;
    readonly accountId: string | null;
    readonly phoneNumberId: string | null;
    readonly fieldClass: string | null;
    readonly policy: string;
  }[];
  readonly default: string;
  readonly nextCursor: string | null;
}

const POLICIES = "/api/drift/policies";

export function addDriftCommands(program: Command): void {
  addSweep(program);
  const drift = program
    .command("drift")
    .description("list what differs, and say what is to be done about it");
  addList(drift);
  addPolicies(drift);
}

function addSweep(program: Command): void {
  program
    .command("sweep <accountId>")
    .description("compare all numbers of a Twilio account with what is wanted, now")
    .action(async (accountId: string, _flags: unknown, command: Command) => {
      const path = `/api/twilio-accounts/${encodeURIComponent(accountId)}/sweep`;
      await run<Sweep>(command, (api) => api.send("POST", path), tellSweep);
    });
}

function tellSweep({ state, failure, counts }: Sweep): string {
  if (failure !== null) return `${state}: ${failure}`;
  const told = Object.entries(counts ?? {}).map(([name, count]) => `${count} ${name}`);
  return [`${state}.`, told.join(", ")].join(" ").trim();
}

function addList(drift: Command): void {
  drift
    .command("list", { isDefault: true })
    .description("list what differs and what did, newest first")
    .option("--open <true|false>", "only what still differs, or what does not any more")
    .option("--phone-number-id <id>", "of this number")
    .option("--account-id <id>", "of the numbers in this Twilio account")
    .option("--field-class <class>", "voice, sms, whatsapp, status or presence")
    .option("--cursor <cursor>", "the next page")
    .action(async (filter: Record<string, string>, command: Command) => {
      const names = ["open", "phoneNumberId", "accountId", "fieldClass", "cursor"];
      await run<DriftPage>(
        command,
        (api) => api.send("GET", `/api/drift?${query(pick(filter, names))}`),
        ({ drifts, nextCursor }) => tellPage(drifts.map(tellDrift), nextCursor),
      );
    });
}

function tellDrift(drift: Drift): string {
  const { phoneNumber, fieldClass, verdict, reason, fields, openedAt, endedAt, endReason } = drift;
  const state = endedAt === null ? "open" : `${endReason} ${endedAt}`;
  const heading = `${openedAt} ${phoneNumber.phoneNumber.padEnd(16)} ${fieldClass.padEnd(9)} ${state}`;
  const changes = fields.map(({ field, wanted, found }) => `  ${field}: ${found} instead of ${wanted}`);
  return [heading, `  ${verdict === null ? "" : `${verdict}: `}${reason}`, ...changes].join("\n");
}

function addPolicies(drift: Command): void {
  drift
    .command("policies")
    .description("list what is to be done about what differs")
    .option("--cursor <cursor>", "the next page")
    .action(async (filter: Record<string, string>, command: Command) => {
      const path = `${POLICIES}?${query(pick(filter, ["cursor"]))}`;
      await run<PolicyPage>(command, (api) => api.send("GET", path), tellPolicies);
    });
  drift
    .command("policy <policy>")
    .description("set a policy: observe, alert, heal, ignore, or none to remove it")
    .option("--phone-number-id <id>", "for this number")
    .option("--account-id <id>", "for the numbers in this Twilio account")
    .option("--field-class <class>", "for voice, sms, whatsapp, status or presence; for all without it")
    .action(async (policy: string, about: Record<string, string>, command: Command) => {
      const named = pick(about, ["phoneNumberId", "accountId", "fieldClass"]);
      const body = { policies: [{ ...named, policy: policy === "none" ? null : policy }] };
      await run<PolicyPage>(command, (api) => api.send("PUT", POLICIES, body), tellPolicies);
    });
}

function tellPolicies({ policies, default: otherwise, nextCursor }: PolicyPage): string {
  const lines = policies.map(({ scope, accountId, phoneNumberId, fieldClass, policy }) => {
    const what = [scope, phoneNumberId ?? accountId ?? ""].join(" ").trim();
    return `${policy.padEnd(8)} ${(fieldClass ?? "every class").padEnd(12)} ${what}`;
  });
  return tellPage([...lines, `${otherwise.padEnd(8)} wherever none is set`], nextCursor);
}
