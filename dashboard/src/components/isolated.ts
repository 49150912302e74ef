const TURNS_ITS_SURROUNDINGS = /[\p{Bidi_Control}\p{Script=Hebrew}\p{Script=Arabic}]/u;
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** A name within other text, which its direction must not turn around: `<bdi>` for what may be no element. */
export function isolated(name: string): string {
  return TURNS_ITS_SURROUNDINGS.test(name) ? `${FIRST_STRONG_ISOLATE}${name}${POP_ISOLATE}` : name;
}
