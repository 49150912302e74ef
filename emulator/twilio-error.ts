/** A refusal in the shape in which Twilio's REST API answers. */
export class TwilioError extends Error {
  override readonly name = "TwilioError";
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  toJSON() {
    return {
      code: this.code,
      message: this.message,
      more_info: `https://www.twilio.com/docs/errors/${this.code}`,
      status: this.status,
    };
  }
}

export const notFound = (path: string): TwilioError =>
  new TwilioError(404, 20404, `The requested resource ${path} was not found`);

export const unauthorized = (): TwilioError => new TwilioError(401, 20003, "Authenticate");

// 20001 for a malformed or missing parameter is from memory: Twilio has many, and documents few.
export const invalidParameter = (message: string): TwilioError => new TwilioError(400, 20001, message);
