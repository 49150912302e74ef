// Pictures of every page for the README and for looking at, light and dark, wide and narrow: docs/images/<page>-<scheme>-
// <width>.webp. What they show is emulated; 555-01xx is reserved for fiction.
//
//   npm run screenshots
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DemoAccount, seedDemo } from "../emulator/index.ts";
import { sharedBrowser } from "../test/e2e/dashboard/browser.ts";
import { type DashboardWorld, openDashboard, type Visitor } from "../test/e2e/dashboard/dashboard-world.ts";

const IMAGES = join(import.meta.dirname, "../docs/images");
const WIDTHS = [1_280, 375] as const;
const SCHEMES = ["light", "dark"] as const;
const HEIGHT = 800;
/** Small enough for a README, and text is still sharp. */
const QUALITY = 60;
const RATES = [
  { kind: "voice", direction: "inbound", unit: "minute", amount: "0.02" },
  { kind: "sms", direction: "inbound", unit: "segment", amount: "0.01" },
  { kind: "sms", direction: "outbound", unit: "segment", amount: "0.012" },
] as const;
const CALLER = "+14155550199";

/** A skeleton stands in for what is still being read; where one goes, another may follow, such as that of a picture. */
const IS_WHOLE = `new Promise((resolve) => {
  const hasSkeleton = () => document.querySelector(".mantine-Skeleton-root") !== null;
  if (hasSkeleton()) resolve(false);
  setTimeout(() => resolve(!hasSkeleton()), 500);
})`;
/** Nothing has been drawn for a quarter of a second. */
const IS_SETTLED = `new Promise((resolve) => {
  const done = () => { observer.disconnect(); resolve(); };
  let timer = setTimeout(done, 250);
  const observer = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, 250); });
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(done, 3000);
})`;

const IN_MEMORY = { kind: "PGlite", url: "pglite:memory", drop: async () => {} } as const;
const dashboard = await openDashboard({}, { autoAdvance: true, autoPrice: true }, IN_MEMORY);
try {
  const account = seedDemo(dashboard.world.emulator.control);
  const owner = await dashboard.signUp("Demo");
  const pages = await fill(dashboard, owner, account);
  mkdirSync(IMAGES, { recursive: true });
  for (const [name, path] of Object.entries(pages)) await takeAll(owner, name, path);
  const stranger = await dashboard.visitor();
  await takeAll(stranger, "sign-in", "/sign-in");
} finally {
  await dashboard.close();
  // Tests leave it to the end of their worker.
  await (await sharedBrowser()).close();
}

/** Numbers that are well, changed by somebody and shadowed, of which alerts tell; calls and messages; a batch that is planned. */
async function fill({ world: { emulator } }: DashboardWorld, owner: Visitor, account: DemoAccount) {
  const { accountSid, authToken, numbers } = account;
  const { id: accountId } = await owner.request("POST", "/api/twilio-accounts", { accountSid, authToken });
  await owner.request("POST", "/api/phone-numbers/import", { accountId });
  await addAgents(owner);
  await owner.request("PUT", "/api/usage/rates", { currency: "USD", rates: RATES });
  const { phoneNumbers } = await owner.request("GET", "/api/phone-numbers");
  const idOf = (phoneNumber: string | undefined) =>
    phoneNumbers.find((number: { phoneNumber: string }) => number.phoneNumber === phoneNumber)?.id;
  const [plain, , , , , , legacy, voiceOnly] = numbers;
  const frontDesk = idOf(legacy?.phoneNumber);
  for (const [phoneNumberId, chatbotId] of [
    [frontDesk, "front_desk"],
    [idOf(plain?.phoneNumber), "support"],
    [idOf(voiceOnly?.phoneNumber), "front_desk"],
  ]) {
    const enableSms = phoneNumberId === frontDesk;
    await owner.request("POST", "/api/phone-numbers/assign", { phoneNumberId, chatbotId, enableSms });
  }
  for (const to of [legacy, plain, voiceOnly, legacy].map((number) => number?.phoneNumber ?? "")) {
    await emulator.control.placeCall({ from: CALLER, to });
  }
  for (const body of ["Are you open on Sunday?", "Thank you!"]) {
    await emulator.control.receiveMessage({ from: CALLER, to: legacy?.phoneNumber ?? "", body });
  }
  await emulator.control.idle();
  emulator.control.updateNumber(plain?.sid ?? "", { voice_url: "https://somebody-else.example.com/voice" });
  emulator.control.updateNumber(voiceOnly?.sid ?? "", { trunk_sid: `TK${"1".padStart(32, "0")}` });
  await owner.request("PUT", "/api/drift/policies", { policies: [{ policy: "alert" }] });
  await owner.request("POST", `/api/twilio-accounts/${accountId}/sweep`);
  const planned = { action: "assign", chatbotId: "support", selection: { search: "55" } };
  const { id: batchId } = await owner.request("POST", "/api/batches", planned);
  return {
    overview: "/",
    start: "/start",
    numbers: "/numbers",
    number: `/numbers/${frontDesk}`,
    "number-shadowed": `/numbers/${idOf(voiceOnly?.phoneNumber)}`,
    "number-drifted": `/numbers/${idOf(plain?.phoneNumber)}?tab=configuration`,
    timeline: `/numbers/${frontDesk}?tab=timeline`,
    agents: "/agents",
    agent: "/agents/front_desk",
    activity: "/activity",
    batches: "/batches",
    batch: `/batches/${batchId}`,
    usage: "/usage",
    audit: "/audit",
    settings: "/settings",
  };
}

async function addAgents(owner: Visitor): Promise<void> {
  const messaging = { kind: "reply", text: "Every day from nine to six." };
  for (const [id, name] of [
    ["front_desk", "Front desk"],
    ["support", "Support"],
  ]) {
    const voice = { kind: "say", text: `This is ${name}. How can we help?` };
    await owner.request("POST", "/api/agents", { id, name, voice, messaging });
  }
}

async function takeAll(visitor: Visitor, name: string, path: string): Promise<void> {
  const { page, context, goTo } = visitor;
  const browser = await context.newCDPSession(page);
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  await goTo(path);
  await page.waitForLoadState("load");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(IS_WHOLE);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(IS_SETTLED);
      const picture = { format: "webp", quality: QUALITY } as const;
      const { data } = await browser.send("Page.captureScreenshot", picture);
      writeFileSync(join(IMAGES, `${name}-${colorScheme}-${width}.webp`), Buffer.from(data, "base64"));
    }
  }
  await browser.detach();
}
