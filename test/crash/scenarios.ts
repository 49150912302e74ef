// What is going on when the process dies: each scenario sets Twilio and the database up and makes one change.
import type { Control } from "../../emulator/index.ts";
import { AUTH_TOKEN } from "../support/world.ts";
import type { SwitchhookProcess } from "./switchhook-process.ts";

/** Names of a run's own, so that many runs share one database and one Twilio. */
export interface Names {
  /** Stands in every SID of the run and nowhere else. */
  readonly tag: string;
  readonly e164: string;
  readonly phoneNumberId: string;
}

export function namesOf(run: number): Names {
  const tag = (run + 0xabc_000).toString(16).padStart(32, "0");
  return { tag, e164: `+1415555${String(1_000 + run)}`, phoneNumberId: `phone_${run}` };
}

export interface Scenario {
  readonly name: string;
  /** What Twilio has, besides the number. */
  readonly twilio: (control: Control, names: Names) => void;
  /** What was done before. */
  readonly before?: (process: SwitchhookProcess, control: Control, names: Names) => Promise<void>;
  readonly change: (names: Names) => { method: string; path: string; body: object };
  readonly status: number;
  readonly outcome: "committed" | "rolled_back";
  /** The first look after the crash is `start()`, as when the service comes up again. */
  readonly restarts?: boolean;
}

const ASSIGN = "/api/phone-numbers/assign";

const assignment = (names: Names, input: object = {}) => ({
  method: "POST",
  path: ASSIGN,
  body: { phoneNumberId: names.phoneNumberId, chatbotId: "agent_1", ...input },
});
const everything = { enableSms: true, enableWhatsApp: true, takeover: true };

async function done(
  process: SwitchhookProcess,
  change: { method: string; path: string; body: object },
): Promise<void> {
  const { status, body } = await process.ask("call", change);
  if (status !== 200) throw new Error(`${change.method} ${change.path}: ${JSON.stringify(body)}`);
}

/** A trunk takes the calls, a Messaging Service the messages, and somebody else's URL answers on WhatsApp. */
export function takenNumber(control: Control, { tag, e164 }: Names): void {
  const account = `AC${tag}`;
  control.updateNumber(`PN${tag}`, {
    trunk_sid: `TK${tag}`,
    voice_method: "GET",
    sms_url: "https://before.example.com/sms",
    sms_fallback_url: "https://before.example.com/sms-fallback",
  });
  control.createService(account, {
    sid: `MG${tag}`,
    inbound_request_url: "https://before.example.com/service",
  });
  control.addToService(`MG${tag}`, `PN${tag}`);
  control.createSender(account, {
    phoneNumber: e164,
    sid: `XE${tag}`,
    webhook: { callback_url: "https://before.example.com/whatsapp", callback_method: "PUT" },
    profile: { name: "A shop", about: "Open all day" },
  });
}

export const TAKEOVER: Scenario = {
  name: "an assignment that takes over a trunk, a Messaging Service and a WhatsApp sender",
  twilio: takenNumber,
  change: (names) => assignment(names, everything),
  status: 200,
  outcome: "committed",
};

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "an assignment",
    twilio: (control, { tag }) =>
      control.updateNumber(`PN${tag}`, { voice_url: "https://before.example.com/voice" }),
    change: (names) => assignment(names, { enableSms: true }),
    status: 200,
    outcome: "committed",
    restarts: true,
  },
  TAKEOVER,
  {
    name: "an unassignment that restores what stood there before",
    twilio: takenNumber,
    before: (process, _control, names) => done(process, assignment(names, everything)),
    change: ({ phoneNumberId }) => ({
      method: "DELETE",
      path: ASSIGN,
      body: { phoneNumberId, restore: true },
    }),
    status: 200,
    outcome: "committed",
  },
  {
    name: "a change from one agent to another",
    twilio: takenNumber,
    before: (process, _control, names) => done(process, assignment(names, everything)),
    change: (names) => assignment(names, { chatbotId: "agent_2", enableSms: true, takeover: true }),
    status: 200,
    outcome: "committed",
  },
  {
    name: "a configuration of what somebody else has changed",
    twilio: () => {},
    before: async (process, control, names) => {
      await done(process, assignment(names, { enableSms: true }));
      control.updateNumber(`PN${names.tag}`, { voice_url: "https://foreign.example.com", sms_url: "" });
    },
    change: ({ phoneNumberId }) => ({
      method: "POST",
      path: "/api/phone-numbers/webhooks",
      body: { phoneNumberId },
    }),
    status: 200,
    outcome: "committed",
  },
  {
    name: "an assignment that Twilio rejects at its last write",
    twilio: (control, names) => {
      takenNumber(control, names);
      const effect = { kind: "error", status: 400, code: 21402 } as const;
      control.addFault({
        method: "POST",
        path: `PN${names.tag}`,
        times: Number.POSITIVE_INFINITY,
        effect,
      });
    },
    change: (names) => assignment(names, everything),
    status: 502,
    outcome: "rolled_back",
  },
];

/** The account and the number of a run: in Twilio as the scenario wants them, connected and imported. */
export async function setUp(
  process: SwitchhookProcess,
  control: Control,
  scenario: Pick<Scenario, "twilio" | "before">,
  names: Names,
): Promise<void> {
  const accountSid = `AC${names.tag}`;
  control.createAccount({ sid: accountSid, authToken: AUTH_TOKEN, friendlyName: "Test account" });
  control.createNumber(accountSid, {
    phoneNumber: names.e164,
    sid: `PN${names.tag}`,
    friendly_name: "A number",
  });
  scenario.twilio(control, names);
  const account = await process.ask("call", {
    method: "POST",
    path: "/api/twilio-accounts",
    body: { accountSid, authToken: AUTH_TOKEN },
  });
  await done(process, {
    method: "POST",
    path: "/api/phone-numbers/import",
    body: { accountId: account.body.id, ids: { [names.e164]: names.phoneNumberId } },
  });
  await scenario.before?.(process, control, names);
}
