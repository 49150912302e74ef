/**
 * Every failure that a user can meet, in one table. The code is stable and part of the API; the status is the HTTP
 * status it is answered with; the title says what happened. Each code has a page in docs/errors/.
 */
export const PROBLEMS = {
  invalid_input: { status: 400, title: "The request is not of the form this endpoint takes" },
  malformed_json: { status: 400, title: "The body is not valid JSON" },
  unauthenticated: { status: 401, title: "The request carries no valid session or API key" },
  origin_not_allowed: { status: 403, title: "The request comes from a page that may not use this session" },
  no_organization: { status: 403, title: "The session acts for no organization" },
  forbidden: { status: 403, title: "This role may not do that" },
  bad_signature: { status: 403, title: "The request was not signed by Twilio for this URL" },
  not_found: {
    status: 404,
    title: "There is nothing at this address",
    advice: "Check the path and the method against GET /api/openapi.json.",
  },
  account_not_found: {
    status: 404,
    title: "There is no such Twilio account",
    advice:
      "This organization has no account connected under this id; another organization's, and one that was " +
      "disconnected, are not found either. GET /api/twilio-accounts lists the ids, which are not Twilio's SIDs.",
  },
  agent_not_found: {
    status: 404,
    title: "There is no such agent",
    advice:
      "This organization has no agent with this id; another organization's, and one that was deleted, are not found " +
      "either. GET /api/agents lists the ids.",
  },
  phone_number_not_found: {
    status: 404,
    title: "There is no such phone number",
    advice:
      "This organization holds no number with this id; one that another organization holds is not found either. GET " +
      "/api/phone-numbers lists the ids, which are neither the numbers themselves nor Twilio's SIDs; POST " +
      "/api/phone-numbers/import adds what is in Twilio and not there.",
  },
  call_not_found: {
    status: 404,
    title: "There is no such call",
    advice:
      "This organization has no call with this SID; another organization's, and one that nothing has told of yet, " +
      "are not found either. GET /api/calls lists the SIDs.",
  },
  message_not_found: {
    status: 404,
    title: "There is no such message",
    advice:
      "This organization has no message with this SID; another organization's, and one that nothing has told of " +
      "yet, are not found either. GET /api/messages lists the SIDs.",
  },
  alert_not_found: {
    status: 404,
    title: "There is no such alert",
    advice:
      "This organization has no alert with this id; another organization's, and one that was resolved long ago, are " +
      "not found either. GET /api/alerts lists the ids.",
  },
  operation_not_found: {
    status: 404,
    title: "There is no such operation",
    advice:
      "This organization has no operation with this id; one belongs to the organization that held the number then. " +
      "GET /api/operations lists the ids.",
  },
  batch_not_found: {
    status: 404,
    title: "There is no such batch",
    advice:
      "This organization has no batch with this id; another organization's, and a plan that expired unapplied, are " +
      "not found either. GET /api/batches lists the ids.",
  },
  organization_not_found: {
    status: 404,
    title: "There is no such organization",
    advice: "Send its id, not its name or slug. GET /api/session tells its members the id.",
  },
  id_taken: { status: 409, title: "This id is already in use" },
  account_in_use: { status: 409, title: "The Twilio account still has numbers" },
  agent_in_use: { status: 409, title: "The agent still answers phone numbers" },
  number_assigned: { status: 409, title: "The phone number is assigned to an agent" },
  number_not_assigned: { status: 409, title: "The phone number is not assigned to an agent" },
  number_released: { status: 409, title: "The phone number is no longer in the Twilio account" },
  number_allocated: { status: 409, title: "The phone number is allocated to an organization" },
  capability_missing: { status: 409, title: "The phone number cannot do what was asked of it" },
  operation_in_progress: {
    status: 409,
    title: "Another operation is changing this phone number or its Messaging Service",
  },
  operation_lost: { status: 409, title: "The operation was taken over by recovery" },
  sweep_in_progress: { status: 409, title: "The Twilio account is being swept already" },
  batch_state: { status: 409, title: "The batch is in a state in which this is not possible" },
  plan_expired: { status: 409, title: "The plan has expired" },
  plan_applied: { status: 409, title: "The plan has been applied already" },
  changed_since_plan: { status: 409, title: "The phone number is not as it was when it was planned" },
  number_in_batch: { status: 409, title: "Another batch is changing this phone number" },
  moved_on: { status: 409, title: "The phone number has changed since the change that is to be undone" },
  number_shadowed: { status: 409, title: "Something of higher precedence would answer instead of the agent" },
  other_deployment: { status: 409, title: "Another Switchhook deployment serves this phone number" },
  whatsapp_sender_missing: { status: 409, title: "The phone number has no WhatsApp sender" },
  whatsapp_sender_offline: { status: 409, title: "The WhatsApp sender is not online" },
  recipient_opted_out: { status: 409, title: "The recipient does not want messages from this number" },
  nothing_to_restore: { status: 409, title: "What stood there before is not known" },
  public_url_unreachable: { status: 409, title: "Twilio cannot reach the public URL" },
  idempotency_in_progress: { status: 409, title: "A request with this Idempotency-Key is still running" },
  body_too_large: { status: 413, title: "The body is too large" },
  idempotency_key_reused: { status: 422, title: "The Idempotency-Key was used for a different request" },
  recipient_invalid: { status: 422, title: "Nothing can be sent to this recipient" },
  report_too_large: { status: 422, title: "The report takes too long to add up" },
  sending_rate_limited: { status: 429, title: "More messages and calls were sent than may be" },
  internal_error: { status: 500, title: "Switchhook failed" },
  invalid_configuration: { status: 500, title: "A setting is missing or wrong" },
  credentials_unreadable: { status: 500, title: "Stored credentials cannot be decrypted" },
  database_in_use: { status: 500, title: "Another process uses the embedded database" },
  database_unreadable: { status: 500, title: "The embedded database cannot be opened" },
  database_unreachable: { status: 503, title: "The database does not answer" },
  overloaded: { status: 503, title: "More is waiting to be stored than can be" },
  twilio_rejected: { status: 502, title: "Twilio rejected the request" },
  twilio_credentials_rejected: { status: 502, title: "Twilio does not accept the account's credentials" },
  twilio_not_permitted: { status: 502, title: "The account's API key may not do this in Twilio" },
  twilio_not_found: { status: 502, title: "Twilio does not know the resource" },
  twilio_rate_limited: { status: 503, title: "Twilio is limiting requests for this account" },
  twilio_unavailable: { status: 502, title: "Twilio did not answer as it should" },
  twilio_state_differs: { status: 502, title: "Twilio holds something other than what was written" },
  outcome_unknown: { status: 502, title: "It is not yet known whether the change took place" },
  send_outcome_unknown: {
    status: 502,
    title: "It is not known whether the message was sent, or the call placed",
    isFinal: true,
  },
} as const satisfies Record<string, Problem>;

interface Problem {
  readonly status: number;
  readonly title: string;
  /** The detail where nothing more can be said of the single case: what it means, and what to do. */
  readonly advice?: string;
  /** A failure that an Idempotency-Key repeats, where others of its kind free the key: a second try could act twice. */
  readonly isFinal?: boolean;
}

export type ProblemCode = keyof typeof PROBLEMS;

export interface AppErrorOptions extends ErrorOptions {
  /** What it means here and what to do about it, for the person who reads it; in place of the table's advice. */
  readonly detail?: string;
  /** Facts for the program that reads it; become members of the problem document. Never a secret. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** After how many seconds repeating the request makes sense. */
  readonly retryAfterSeconds?: number;
}

/** The one error class: a code of the table above, always with its cause. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ProblemCode;
  /** The HTTP status that it is answered with. */
  readonly status: number;
  readonly detail: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;
  /** Whether the same request must not be tried again; see the table. */
  readonly isFinal: boolean;

  constructor(code: ProblemCode, options: AppErrorOptions = {}) {
    const { status, title, advice, isFinal = false }: Problem = PROBLEMS[code];
    const { detail = advice } = options;
    super(detail === undefined ? title : `${title}. ${detail}`, options);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.extensions = options.extensions ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.isFinal = isFinal;
  }
}

/** The end of a switch over a union: compiles only when every case is handled. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export const UNFORESEEN = "Something failed inside Switchhook. The server's log has the reason.";

/** What may be shown of a failure. What we did not foresee may name hosts and statements, and is for the log alone. */
export function shownMessage(error: unknown): string {
  return error instanceof AppError ? error.message : UNFORESEEN;
}
