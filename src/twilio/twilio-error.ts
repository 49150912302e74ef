import { AppError, type ProblemCode } from "../base/errors.ts";

interface Facts {
  readonly status: number;
  readonly twilioCode?: number | undefined;
  readonly twilioRequestId?: string | undefined;
  readonly isAmbiguous: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly isUnsent?: boolean | undefined;
}

/** What Twilio answered instead of what was asked for, or that it did not answer. */
export class TwilioError extends Error {
  override readonly name = "TwilioError";
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Twilio's own error code, such as 20404, where the answer carried one. */
  readonly twilioCode: number | undefined;
  readonly twilioRequestId: string | undefined;
  /** Whether the request may have taken effect all the same, now or later. */
  readonly isAmbiguous: boolean;
  /** How long Twilio asked to be left alone, where it did. */
  readonly retryAfterMs: number | undefined;
  /** Whether Twilio has never heard of it: too many other requests were waiting. */
  readonly isUnsent: boolean;
  readonly #facts: Facts;

  constructor(message: string, facts: Facts, options?: ErrorOptions) {
    super(message, options);
    this.#facts = facts;
    this.status = facts.status;
    this.twilioCode = facts.twilioCode;
    this.twilioRequestId = facts.twilioRequestId;
    this.isAmbiguous = facts.isAmbiguous;
    this.retryAfterMs = facts.retryAfterMs;
    this.isUnsent = facts.isUnsent ?? false;
  }

  /** The same failure, of a request whose effect is uncertain for another reason than this answer. */
  asAmbiguous(): TwilioError {
    return new TwilioError(this.message, { ...this.#facts, isAmbiguous: true }, { cause: this });
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** 401 and 403: the credentials are wrong, or may not do this. */
  get isDenied(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

const RETRY_AFTER_MS = 5_000;

/** The problem that a user is shown for a failure at Twilio; anything else is passed through. */
export function problemFromTwilio(error: unknown): unknown {
  if (!(error instanceof TwilioError)) return error;
  // Without a code of Twilio's the words are ours.
  const said = error.twilioCode === undefined ? error.message : `Twilio said: ${error.message}`;
  return new AppError(problemCode(error), {
    detail: `${ADVICE[problemCode(error)] ?? ""} ${said}`.trim(),
    extensions: {
      twilioStatus: error.status,
      ...(error.twilioCode === undefined ? {} : { twilioCode: error.twilioCode }),
      ...(error.twilioRequestId === undefined ? {} : { twilioRequestId: error.twilioRequestId }),
    },
    ...(isLimited(error)
      ? { retryAfterSeconds: Math.ceil((error.retryAfterMs ?? RETRY_AFTER_MS) / 1_000) }
      : {}),
    cause: error,
  });
}

function problemCode(error: TwilioError): ProblemCode {
  if (error.status === 401) return "twilio_credentials_rejected";
  if (error.status === 403) return "twilio_not_permitted";
  if (error.status === 404) return "twilio_not_found";
  if (isLimited(error)) return "twilio_rate_limited";
  if (error.status >= 400 && error.status < 500) return "twilio_rejected";
  return "twilio_unavailable";
}

/** By Twilio, or by us so that it does not come to that. */
function isLimited({ status, isUnsent }: TwilioError): boolean {
  return status === 429 || isUnsent;
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  twilio_credentials_rejected: "Connect the account again with valid credentials.",
  twilio_not_permitted: "Use a key with more permissions, or the account's auth token.",
  twilio_not_found: "It may have been released or moved; import the account's numbers again.",
  twilio_rejected: "Put right what Twilio names, and try again.",
  twilio_rate_limited: "Nothing was changed; try again in a few seconds.",
  twilio_unavailable: "Try again; Twilio's status page tells whether it has an incident.",
};
