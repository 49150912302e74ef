// Pure: what somebody may mean who looks for a number.
const PUNCTUATED_DIGITS = /^[+\d\s().\-/]+$/;

/**
 * Texts of which one must be found: what was typed; and where that could be a phone number, its digits alone, because a
 * number is kept without the spaces, dots and parentheses that people write.
 */
export function searchTexts(search: string): readonly string[] {
  const text = search.trim();
  const digits = text.replaceAll(/\D/g, "");
  if (digits === "" || !PUNCTUATED_DIGITS.test(text)) return [text];
  return text === digits ? [digits] : [text, digits];
}
