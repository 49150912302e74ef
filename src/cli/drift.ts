// What differs in Twilio from what is wanted, from the command line: sweeps, what they found, and what is to be done about it.
import { type Command, Option } from "commander";
import { addGroup } from "./group.ts";
import { runList, tellNextPage, withPaging } from "./list.ts";
import { ACCOUNT, accountIdOf, membersOf, NUMBER } from "./references.ts";
import { type Answer, query, run } from "./run.ts";

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
  const drift = addGroup(program, "drift", "list what differs, and say what is to be done about it");
  addList(drift);
  addPolicies(drift);
}

function addSweep(program: Command): void {
  program
    .command("sweep")
    .description("compare all numbers of a Twilio account with what is wanted, now")
    .argument(...ACCOUNT)
    .action(async (account: string, _flags: unknown, command: Command) => {
      await run<Sweep>(
        command,
        async (api) => {
          const id = await accountIdOf(api, account);
          return api.send("POST", `/api/twilio-accounts/${encodeURIComponent(id)}/sweep`);
        },
        tellSweep,
      );
    });
}

function tellSweep({ state, failure, counts }: Sweep): string {
  if (failure !== null) return `${state}: ${failure}`;
  const told = Object.entries(counts ?? {}).map(([name, count]) => `${count} ${name}`);
  return [`${state}.`, told.join(", ")].join(" ").trim();
}

function addList(drift: Command): void {
  withPaging(
    drift
      .command("list", { isDefault: true })
      .description("list what differs and what did, newest first")
      .addOption(
        new Option("--open <open>", "what still differs, or what does not any more").choices([
          "true",
          "false",
        ]),
      )
      .option("--number <number>", `of this one: ${NUMBER[1]}`)
      .option("--account <account>", `of the numbers of this one: ${ACCOUNT[1]}`)
      .option("--field-class <class>", "voice, sms, whatsapp, status or presence"),
  ).action(async (_flags: unknown, command: Command) => {
    await runList(command, {
      path: "/api/drift",
      rows: (answer: DriftPage) => answer.drifts,
      noun: "differences",
      tell: tellDrift,
    });
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
  withPaging(drift.command("policies").description("list what is to be done about what differs")).action(
    async (page: Record<string, string>, command: Command) => {
      await run<PolicyPage>(
        command,
        (api) => api.send("GET", `${POLICIES}?${query(page)}`),
        tellPolicies,
        tellNextPage,
      );
    },
  );
  drift
    .command("policy <policy>")
    .description("set a policy: observe, alert, heal, ignore, or none to remove it")
    .option("--number <number>", `for this one: ${NUMBER[1]}`)
    .option("--account <account>", `for the numbers of this one: ${ACCOUNT[1]}`)
    .option("--field-class <class>", "for voice, sms, whatsapp, status or presence; for all without it")
    .action(async (policy: string, about: Record<string, string>, command: Command) => {
      await run<PolicyPage>(
        command,
        async (api) => {
          const named = await membersOf(api, about);
          return api.send("PUT", POLICIES, {
            policies: [{ ...named, policy: policy === "none" ? null : policy }],
          });
        },
        tellPolicies,
        tellNextPage,
      );
    });
}

function tellPolicies({ policies, default: otherwise }: PolicyPage): string {
  const lines = policies.map(({ scope, accountId, phoneNumberId, fieldClass, policy }) => {
    const what = [scope, phoneNumberId ?? accountId ?? ""].join(" ").trim();
    return `${policy.padEnd(8)} ${(fieldClass ?? "every class").padEnd(12)} ${what}`;
  });
  return [...lines, `${otherwise.padEnd(8)} wherever none is set`].join("\n");
}
