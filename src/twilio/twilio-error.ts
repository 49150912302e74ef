import { AppError, type ProblemCode } from "../base/errors.ts";

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

  constructor(
    message: string,
    facts: { status: number; twilioCode?: number; twilioRequestId?: string; isAmbiguous: boolean },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.status = facts.status;
    this.twilioCode = facts.twilioCode;
    this.twilioRequestId = facts.twilioRequestId;
    this.isAmbiguous = facts.isAmbiguous;
  }

  /** The same failure, of a request whose effect is uncertain for another reason than this answer. */
  asAmbiguous(): TwilioError {
    const { status, twilioCode, twilioRequestId } = this;
    const facts = {
      status,
      ...(twilioCode === undefined ? {} : { twilioCode }),
      ...(twilioRequestId === undefined ? {} : { twilioRequestId }),
      isAmbiguous: true,
    };
    return new TwilioError(this.message, facts, { cause: this });
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** 401 and 403: the credentials are wrong, or may not do this. */
  get isDenied(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** The problem that a user is shown for a failure at Twilio; anything else is passed through. */
export function problemFromTwilio(error: unknown): unknown {
  if (!(error instanceof TwilioError)) return error;
  return new AppError(problemCode(error), {
    detail: `${ADVICE[problemCode(error)] ?? ""} Twilio said: ${error.message}`.trim(),
    extensions: {
      twilioStatus: error.status,
      ...(error.twilioCode === undefined ? {} : { twilioCode: error.twilioCode }),
      ...(error.twilioRequestId === undefined ? {} : { twilioRequestId: error.twilioRequestId }),
    },
    ...(error.status === 429 ? { retryAfterSeconds: 5 } : {}),
    cause: error,
  });
}

function problemCode(error: TwilioError): ProblemCode {
  if (error.status === 401) return "twilio_credentials_rejected";
  if (error.status === 403) return "twilio_not_permitted";
  if (error.status === 404) return "twilio_not_found";
  if (error.status === 429) return "twilio_rate_limited";
  if (error.status >= 400 && error.status < 500) return "twilio_rejected";
  return "twilio_unavailable";
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  twilio_credentials_rejected: "Connect the account again with valid credentials.",
  twilio_not_permitted: "Use a key with more permissions, or the account's auth token.",
  twilio_not_found: "It may have been released or moved; import the account's numbers again.",
  twilio_rate_limited: "Nothing was changed; try again in a few seconds.",
  twilio_unavailable: "Try again; Twilio's status page tells whether it has an incident.",
};
