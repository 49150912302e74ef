// Every route of the API, asked with ids that are somebody else's: in its path, its query and its body.

/** What one organization has, by the ids under which another might ask for it. */
export interface Ids {
  readonly organizationId: string;
  readonly accountId: string;
  readonly accountSid: string;
  readonly phoneNumberId: string;
  readonly e164: string;
  readonly agentId: string;
  readonly operationId: string;
  readonly batchId: string;
  readonly alertId: string;
  readonly callSid: string;
  readonly messageSid: string;
}

/** Ids of the same form that are nobody's. */
export const NOBODYS: Ids = {
  organizationId: "org_of_nobody",
  accountId: "acct_of_nobody",
  accountSid: `AC${"0".repeat(32)}`,
  phoneNumberId: "phone_of_nobody",
  e164: "+14155550000",
  agentId: "agent_of_nobody",
  operationId: "op_of_nobody",
  batchId: "batch_of_nobody",
  alertId: "alert_of_nobody",
  callSid: `CA${"0".repeat(32)}`,
  messageSid: `SM${"0".repeat(32)}`,
};

/** What whoever asks has: a number in an account, and an agent. */
export type Own = Pick<Ids, "organizationId" | "accountId" | "phoneNumberId" | "agentId">;

export interface Attempt {
  readonly path: string;
  readonly body?: object;
  /**
   * Names no single thing of another organization's, so it succeeds or fails by what whoever asks has; every other attempt
   * is refused.
   */
  readonly isOwn?: boolean;
}

type Attempts = (theirs: Ids, own: Own) => readonly Attempt[];

const refused = (path: string, body?: object): Attempt => ({ path, ...(body ? { body } : {}) });
const own = (path: string, body?: object): Attempt => ({ ...refused(path, body), isOwn: true });

const TO = "+14155559999";
const DAYS = { from: "2026-01-01", to: "2026-01-02" };
const DAY_MS = 24 * 3_600_000;
const day = (msAgo: number) => new Date(Date.now() - msAgo).toISOString().slice(0, 10);
const LATELY = `&from=${day(DAY_MS)}&to=${day(0)}`;
const ENDPOINT = "https://endpoint.example.com/mine";

const ofNumber =
  (suffix: string, body?: object): Attempts =>
  ({ phoneNumberId }) => [refused(`/api/phone-numbers/${phoneNumberId}${suffix}`, body)];
const ofAgent =
  (suffix: string, body?: object): Attempts =>
  ({ agentId }) => [refused(`/api/agents/${agentId}${suffix}`, body)];
const ofBatch =
  (suffix: string): Attempts =>
  ({ batchId }) => [refused(`/api/batches/${batchId}${suffix}`)];
const ofAccount =
  (suffix: string): Attempts =>
  ({ accountId }) => [refused(`/api/twilio-accounts/${accountId}${suffix}`)];
const naming =
  (path: string): Attempts =>
  ({ phoneNumberId }) => [refused(path, { phoneNumberId })];
const bare =
  (path: string, body?: object): Attempts =>
  () => [own(path, body)];
const filtered =
  (path: string, more = ""): Attempts =>
  ({ phoneNumberId, agentId }) => [
    own(`${path}?phoneNumberId=${phoneNumberId}${more}`),
    own(`${path}?chatbotId=${agentId}${more}`),
  ];
const ofNumbers =
  (path: string): Attempts =>
  ({ agentId, accountId, e164 }) =>
    [`chatbotId=${agentId}`, `accountId=${accountId}`, `search=${e164.slice(1)}`].flatMap((query) => [
      own(`${path}?${query}`),
      own(`${path}?${query}&operated=true`),
    ]);

const ASSIGN = "/api/phone-numbers/assign";
const WEBHOOKS = "/api/phone-numbers/webhooks";
const IMPORT = "/api/phone-numbers/import";
const POLICIES = "/api/drift/policies";

/** By the method and the path of the OpenAPI document. */
export const ATTEMPTS: Readonly<Record<string, Attempts>> = {
  "GET /api/session": bare("/api/session"),
  "GET /api/agents": bare("/api/agents"),
  "GET /api/agents/{id}": ofAgent(""),
  "PATCH /api/agents/{id}": ofAgent("", { name: "Taken" }),
  "DELETE /api/agents/{id}": ofAgent(""),
  "GET /api/agents/{id}/webhook-secret": ofAgent("/webhook-secret"),
  "POST /api/agents/{id}/webhook-secret": ofAgent("/webhook-secret"),
  "POST /api/agents/preview": ({ agentId }) => [own("/api/agents/preview", { id: agentId })],
  "GET /api/twilio-accounts": bare("/api/twilio-accounts"),
  "POST /api/twilio-accounts": ({ accountSid }) => [
    refused("/api/twilio-accounts", { accountSid, authToken: "a guess" }),
  ],
  "POST /api/twilio-accounts/emulated": bare("/api/twilio-accounts/emulated"),
  "DELETE /api/twilio-accounts/{id}": ofAccount(""),
  "GET /api/twilio-accounts/{id}/subaccounts": ofAccount("/subaccounts"),
  "POST /api/twilio-accounts/{id}/subaccounts": ({ accountId, accountSid }, mine) => [
    refused(`/api/twilio-accounts/${accountId}/subaccounts`, { accountSid }),
    refused(`/api/twilio-accounts/${mine.accountId}/subaccounts`, { accountSid }),
  ],
  "POST /api/twilio-accounts/{id}/sweep": ofAccount("/sweep"),
  "GET /api/twilio-accounts/{id}/sweep": ofAccount("/sweep"),
  [`POST ${ASSIGN}`]: ({ phoneNumberId, agentId }, mine) => [
    refused(ASSIGN, { phoneNumberId, chatbotId: agentId }),
    refused(ASSIGN, { phoneNumberId, chatbotId: mine.agentId, takeover: true }),
    refused(ASSIGN, { phoneNumberId: mine.phoneNumberId, agentId }),
  ],
  [`DELETE ${ASSIGN}`]: naming(ASSIGN),
  "POST /api/phone-numbers/plan": ({ phoneNumberId, agentId }, mine) =>
    [
      { action: "configure", phoneNumberId },
      { action: "unassign", phoneNumberId },
      { action: "assign", phoneNumberId, chatbotId: mine.agentId },
      { action: "assign", phoneNumberId: mine.phoneNumberId, chatbotId: agentId },
    ].map((body) => refused("/api/phone-numbers/plan", body)),
  [`GET ${WEBHOOKS}`]: ({ phoneNumberId }) => [refused(`${WEBHOOKS}?phoneNumberId=${phoneNumberId}`)],
  [`POST ${WEBHOOKS}`]: naming(WEBHOOKS),
  [`PUT ${WEBHOOKS}`]: ({ agentId }) => [refused(WEBHOOKS, { chatbotId: agentId })],
  "GET /api/phone-numbers": ofNumbers("/api/phone-numbers"),
  "GET /api/phone-number-counts": ofNumbers("/api/phone-number-counts"),
  "GET /api/phone-numbers/{id}": ofNumber(""),
  "PUT /api/phone-numbers/{id}/allocation": ({ phoneNumberId }, mine) => [
    refused(`/api/phone-numbers/${phoneNumberId}/allocation`, { organizationId: mine.organizationId }),
  ],
  "DELETE /api/phone-numbers/{id}/allocation": ofNumber("/allocation"),
  "GET /api/phone-numbers/{id}/timeline": ofNumber("/timeline"),
  "GET /api/phone-numbers/{id}/operations/events": ofNumber("/operations/events"),
  "POST /api/phone-numbers/{id}/probe": ofNumber("/probe"),
  "GET /api/operations": ({ phoneNumberId }) => [refused(`/api/operations?phoneNumberId=${phoneNumberId}`)],
  "GET /api/operations/{id}": ({ operationId }) => [refused(`/api/operations/${operationId}`)],
  "POST /api/batches": ({ phoneNumberId, accountId, agentId }, mine) => [
    refused("/api/batches", { selection: { phoneNumberIds: [mine.phoneNumberId, phoneNumberId] } }),
    refused("/api/batches", { selection: { accountId } }),
    refused("/api/batches", { action: "assign", chatbotId: agentId, selection: { all: true } }),
    own("/api/batches", { selection: { chatbotId: agentId } }),
  ],
  "GET /api/batches": bare("/api/batches"),
  "GET /api/batches/{id}": ofBatch(""),
  "GET /api/batches/{id}/items": ofBatch("/items"),
  "GET /api/batches/{id}/events": ofBatch("/events"),
  "POST /api/batches/{id}/apply": ofBatch("/apply"),
  "POST /api/batches/{id}/pause": ofBatch("/pause"),
  "POST /api/batches/{id}/resume": ofBatch("/resume"),
  "POST /api/batches/{id}/cancel": ofBatch("/cancel"),
  "POST /api/batches/{id}/undo": ofBatch("/undo"),
  [`GET ${POLICIES}`]: ({ phoneNumberId }) => [refused(`${POLICIES}?phoneNumberId=${phoneNumberId}`)],
  [`PUT ${POLICIES}`]: ({ phoneNumberId, accountId }) =>
    [{ phoneNumberId }, { accountId }].map((about) =>
      refused(POLICIES, { policies: [{ ...about, policy: "ignore" }] }),
    ),
  "GET /api/drift": ({ phoneNumberId, accountId }) => [
    own(`/api/drift?phoneNumberId=${phoneNumberId}`),
    own(`/api/drift?accountId=${accountId}`),
  ],
  "GET /api/public-url": bare("/api/public-url"),
  "GET /api/overview": bare("/api/overview"),
  "GET /api/alerts": ({ phoneNumberId }) => [own(`/api/alerts?phoneNumberId=${phoneNumberId}`)],
  "GET /api/alerts/{id}": ({ alertId }) => [refused(`/api/alerts/${alertId}`)],
  "POST /api/alerts/{id}/acknowledge": ({ alertId }) => [refused(`/api/alerts/${alertId}/acknowledge`)],
  "GET /api/alerts/webhook": bare("/api/alerts/webhook"),
  "PUT /api/alerts/webhook": bare("/api/alerts/webhook", { url: ENDPOINT }),
  "POST /api/alerts/webhook/resend": bare("/api/alerts/webhook/resend"),
  "DELETE /api/alerts/webhook": bare("/api/alerts/webhook"),
  "GET /api/calls": filtered("/api/calls"),
  "POST /api/calls": ({ phoneNumberId }) => [refused("/api/calls", { phoneNumberId, to: TO })],
  "GET /api/calls/{sid}": ({ callSid }) => [refused(`/api/calls/${callSid}`)],
  "GET /api/messages": filtered("/api/messages"),
  "POST /api/messages": ({ phoneNumberId }) => [
    refused("/api/messages", { phoneNumberId, to: TO, text: "Forged" }),
  ],
  "GET /api/messages/{sid}": ({ messageSid }) => [refused(`/api/messages/${messageSid}`)],
  "GET /api/activity/events": bare("/api/activity/events"),
  "GET /api/audit": ({ phoneNumberId, agentId, accountId }) =>
    [phoneNumberId, agentId, accountId].map((targetId) => own(`/api/audit?targetId=${targetId}`)),
  "GET /api/audit/verify": bare("/api/audit/verify"),
  "GET /api/usage": filtered("/api/usage", `${LATELY}&groupBy=number`),
  "GET /api/usage/export": filtered("/api/usage/export", LATELY),
  "GET /api/usage/rates": bare("/api/usage/rates"),
  "PUT /api/usage/rates": bare("/api/usage/rates", { currency: "USD", rates: [] }),
  "GET /api/usage/sink": bare("/api/usage/sink"),
  "PUT /api/usage/sink": bare("/api/usage/sink", { url: ENDPOINT }),
  "POST /api/usage/sink/resend": bare("/api/usage/sink/resend"),
  "DELETE /api/usage/sink": bare("/api/usage/sink"),
  "POST /api/usage/reconcile": ({ accountId }) => [refused("/api/usage/reconcile", { accountId, ...DAYS })],
  "GET /api/usage/comparison": ({ accountId }) => [
    refused(`/api/usage/comparison?accountId=${accountId}&from=${DAYS.from}&to=${DAYS.to}`),
  ],
  // The last ones are kept: what whoever asks has said of others is in their own audit log, and the agent is theirs.
  [`POST ${IMPORT}`]: ({ accountId, e164 }, mine) => [
    refused(IMPORT, { accountId }),
    own(IMPORT, { accountId: mine.accountId, ids: { [e164]: "phone_taken" } }),
  ],
  "POST /api/agents": ({ agentId }) => [own("/api/agents", { id: agentId, name: "Mine" })],
};

/** What no member does, or not in every way: see docs/decisions/0007-who-may-do-what.md. */
export const NEEDS_ADMIN: readonly string[] = [
  "GET /api/agents/{id}/webhook-secret",
  "POST /api/agents/{id}/webhook-secret",
  "POST /api/twilio-accounts",
  "POST /api/twilio-accounts/emulated",
  "DELETE /api/twilio-accounts/{id}",
  "GET /api/twilio-accounts/{id}/subaccounts",
  "POST /api/twilio-accounts/{id}/subaccounts",
  "POST /api/twilio-accounts/{id}/sweep",
  "GET /api/twilio-accounts/{id}/sweep",
  // With takeover.
  `POST ${ASSIGN}`,
  // With operated.
  "GET /api/phone-numbers",
  "GET /api/phone-number-counts",
  `POST ${IMPORT}`,
  "PUT /api/phone-numbers/{id}/allocation",
  "DELETE /api/phone-numbers/{id}/allocation",
  `PUT ${POLICIES}`,
  "GET /api/alerts/webhook",
  "PUT /api/alerts/webhook",
  "POST /api/alerts/webhook/resend",
  "DELETE /api/alerts/webhook",
  "PUT /api/usage/rates",
  "GET /api/usage/sink",
  "PUT /api/usage/sink",
  "POST /api/usage/sink/resend",
  "DELETE /api/usage/sink",
  "POST /api/usage/reconcile",
  "GET /api/usage/comparison",
];
