import type { NumberFields } from "./numbers.ts";
import type { Control, NewNumber } from "./types.ts";

export interface DemoNumber {
  sid: string;
  phoneNumber: string;
  /** What is special about it, in a few words. */
  about: string;
}

export interface DemoAccount {
  accountSid: string;
  authToken: string;
  subaccount: { accountSid: string; authToken: string };
  numbers: DemoNumber[];
}

// Made up, and the same in every run, so that a demo can be scripted. 555-01xx is reserved for fiction.
const ACCOUNT_SID = `AC${"d".repeat(32)}`;
const AUTH_TOKEN = "demo".repeat(8);
const SUBACCOUNT_SID = `AC${"e".repeat(32)}`;
const SUBACCOUNT_TOKEN = "suba".repeat(8);

const sidOf = (prefix: string, ordinal: number): string => prefix + ordinal.toString(16).padStart(32, "0");

/** One account with a subaccount and eight numbers, each of which answers by a different rule of Twilio's. */
export function seedDemo(control: Control): DemoAccount {
  control.createAccount({ sid: ACCOUNT_SID, authToken: AUTH_TOKEN, friendlyName: "Demo account" });
  control.createAccount({
    sid: SUBACCOUNT_SID,
    authToken: SUBACCOUNT_TOKEN,
    parentSid: ACCOUNT_SID,
    friendlyName: "Demo subaccount",
  });
  const numbers = DEMO_NUMBERS.map((demo, index) => createDemoNumber(control, index + 1, demo));
  seedMessaging(control, numbers);
  control.setTrunk(sidOf("TK", 1), "sip:agents.example.com");
  return {
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    subaccount: { accountSid: SUBACCOUNT_SID, authToken: SUBACCOUNT_TOKEN },
    numbers,
  };
}

interface DemoSeed extends NumberFields {
  readonly about: string;
  readonly capabilities?: NewNumber["capabilities"];
}

const DEMO_NUMBERS: readonly DemoSeed[] = [
  { about: "plain: voice and SMS, nothing configured" },
  { about: "in a Messaging Service that defers to the number", sms_url: "https://old.example.com/sms" },
  {
    about: "in a Messaging Service whose own URL shadows the number's",
    sms_url: "https://old.example.com/sms",
  },
  { about: "has a WhatsApp sender that is online" },
  { about: "on a SIP trunk, which shadows its voice URL", trunk_sid: sidOf("TK", 1) },
  { about: "uses a TwiML App, which shadows its voice URL", voice_application_sid: sidOf("AP", 1) },
  {
    about: "came with Twilio's demo URL, and has an SMS URL and a status callback of somebody's",
    voice_url: "https://demo.twilio.com/welcome/voice/",
    sms_url: "https://legacy.example.com/sms",
    status_callback: "https://legacy.example.com/status",
  },
  { about: "voice only", capabilities: { sms: false, mms: false } },
];

function createDemoNumber(control: Control, ordinal: number, { about, ...fields }: DemoSeed): DemoNumber {
  const phoneNumber = `+1415555010${ordinal}`;
  const { sid } = control.createNumber(ACCOUNT_SID, { phoneNumber, sid: sidOf("PN", ordinal), ...fields });
  return { sid, phoneNumber, about };
}

function seedMessaging(control: Control, numbers: readonly DemoNumber[]): void {
  const [deferring, shadowing] = [sidOf("MG", 1), sidOf("MG", 2)];
  control.createService(ACCOUNT_SID, {
    sid: deferring,
    friendly_name: "Defers to its numbers",
    use_inbound_webhook_on_number: true,
  });
  control.createService(ACCOUNT_SID, {
    sid: shadowing,
    friendly_name: "Answers itself",
    inbound_request_url: "https://service.example.com/inbound",
  });
  control.addToService(deferring, numbers[1]?.sid ?? "");
  control.addToService(shadowing, numbers[2]?.sid ?? "");
  control.createSender(ACCOUNT_SID, { phoneNumber: numbers[3]?.phoneNumber ?? "", sid: sidOf("XE", 1) });
  control.createApplication(ACCOUNT_SID, {
    sid: sidOf("AP", 1),
    friendly_name: "Demo app",
    voice_url: "https://app.example.com/voice",
  });
}
