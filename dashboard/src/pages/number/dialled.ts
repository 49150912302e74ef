const WRITTEN_NUMBER = /^[\d+\s().\p{Pd}]+$/u;

/** A number as it is dialled, however it was written: “+1 (415) 555-0199” is how we show it ourselves. */
export function dialled(typed: string): string {
  // In a SIP address, the only other one that can be called, dots and dashes count.
  return WRITTEN_NUMBER.test(typed) ? typed.replace(/[^\d+]/g, "") : typed.trim();
}
