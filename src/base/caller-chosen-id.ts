/** What a caller may choose as the id of an agent or a number: 1 to 128 characters that need no escaping in a URL. */
export const CALLER_CHOSEN_ID = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;
