import { invalidParameter, TwilioError } from "./twilio-error.ts";
import { checkUrl, type UrlPolicy } from "./url-policy.ts";

type FieldValue = string | number | boolean;
export type Patch = Record<string, FieldValue>;

/** How one form parameter becomes one field of a resource. Empty text stays empty: that is how a field is cleared. */
export interface FieldRule {
  readonly field: string;
  readonly read: (value: string, param: string, policy: UrlPolicy) => FieldValue;
}

/** Form parameter to rule. What is not in the table is ignored, as Twilio ignores unknown parameters. */
export type FieldTable = Readonly<Record<string, FieldRule>>;

export function readPatch(table: FieldTable, form: URLSearchParams, policy: UrlPolicy): Patch {
  const patch: Patch = {};
  for (const [param, rule] of Object.entries(table)) {
    const value = form.get(param);
    if (value !== null) patch[rule.field] = rule.read(value, param, policy);
  }
  return patch;
}

export function text(field: string, maxLength = 64_000): FieldRule {
  return {
    field,
    read: (value, param) => {
      if (value.length > maxLength) throw invalidParameter(`${param} is longer than ${maxLength} characters`);
      return value;
    },
  };
}

export function url(field: string, code: number): FieldRule {
  return {
    field,
    read: (value, param, policy) => {
      if (value !== "") checkUrl(policy, value, param, code);
      return value;
    },
  };
}

// 21403 for a bad HTTP method is from memory.
export function httpMethod(field: string): FieldRule {
  return oneOf(field, ["GET", "POST"], "POST", 21403);
}

export function oneOf(field: string, values: readonly string[], fallback: string, code = 20001): FieldRule {
  return {
    field,
    read: (value, param) => {
      const known = values.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
      if (value !== "" && known === undefined)
        throw new TwilioError(400, code, `${param} is not valid: ${value}`);
      return known ?? fallback;
    },
  };
}

export function sidOf(field: string, prefix: string): FieldRule {
  const shape = new RegExp(`^${prefix}[0-9a-fA-F]{32}$`);
  return {
    field,
    read: (value, param) => {
      if (value !== "" && !shape.test(value)) throw invalidParameter(`${param} is not valid: ${value}`);
      return value;
    },
  };
}

export function flag(field: string): FieldRule {
  return { field, read: (value) => value.toLowerCase() === "true" };
}

export function integer(field: string, min: number, max: number): FieldRule {
  return {
    field,
    read: (value, param) => {
      const number = Number(value);
      const isInRange = Number.isInteger(number) && number >= min && number <= max;
      if (!isInRange) throw invalidParameter(`${param} must be between ${min} and ${max}`);
      return number;
    },
  };
}
