import { InvalidArgumentError } from "commander";

/** Of an option. */
export function count(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number, 0 or more.");
}
