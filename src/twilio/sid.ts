// The forms of Twilio's ids. https://www.twilio.com/docs/glossary/what-is-a-sid

export const ACCOUNT_SID = /^AC[0-9a-f]{32}$/i;
export const API_KEY_SID = /^SK[0-9a-f]{32}$/i;
export const CALL_SID = /^CA[0-9a-f]{32}$/i;
export const MESSAGE_SID = /^(SM|MM)[0-9a-f]{32}$/i;
/** Of whatever there is. */
export const SID = /^[A-Z]{2}[0-9a-f]{32}$/i;
