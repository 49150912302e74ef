// What each way of answering takes. Names are the API's, most of which are Twilio's; the API checks the values.

export type VoiceKind = "say" | "relay" | "stream" | "dial" | "webhook" | "reject";
export type MessagingKind = "reply" | "webhook" | "none";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly kind?: "text" | "lines" | "number" | "flag" | readonly string[];
  readonly isRequired?: boolean;
}

interface Way {
  readonly label: string;
  readonly meaning: string;
  readonly fields: readonly Field[];
  /** Seldom needed; folded away. */
  readonly more?: readonly Field[];
  /** What can step in when it fails. */
  readonly fallbacks?: readonly ("say" | "dial")[];
  readonly hasParameters?: boolean;
  readonly hasLanguages?: boolean;
}

const INTERRUPTIBLE = ["none", "dtmf", "speech", "any"] as const;
const TTS = ["Google", "Amazon", "ElevenLabs"] as const;
const TRANSCRIPTION = ["Google", "Deepgram"] as const;

const SAY: readonly Field[] = [
  { name: "text", label: "Text", kind: "lines", isRequired: true },
  { name: "language", label: "Language", placeholder: "en-US" },
  { name: "voice", label: "Voice", placeholder: "Polly.Joanna" },
];
const DIAL: readonly Field[] = [
  { name: "to", label: "Number or SIP address", placeholder: "+14155550123", isRequired: true },
  { name: "timeoutSeconds", label: "Seconds to ring", kind: "number", placeholder: "20" },
  { name: "callerId", label: "Shown as caller", placeholder: "The caller’s own number" },
];

export const FALLBACK_FIELDS = { say: SAY, dial: DIAL } as const;

/** One language that a session may switch to. */
export const LANGUAGE_FIELDS: readonly Field[] = [
  { name: "code", label: "Language", placeholder: "de-DE", isRequired: true },
  { name: "ttsProvider", label: "Speech by", kind: TTS },
  { name: "voice", label: "Voice" },
  { name: "transcriptionProvider", label: "Transcription by", kind: TRANSCRIPTION },
  { name: "speechModel", label: "Speech model" },
];

export const VOICE_WAYS: Readonly<Record<VoiceKind, Way>> = {
  say: { label: "Say a text", meaning: "The text is spoken, and the call ends.", fields: SAY },
  relay: {
    label: "ConversationRelay",
    meaning: "Twilio hears and speaks; your WebSocket gets and sends text.",
    fields: [
      { name: "url", label: "WebSocket", placeholder: "wss://agent.example.com/relay", isRequired: true },
      { name: "welcomeGreeting", label: "Greeting", kind: "lines" },
      { name: "language", label: "Language", placeholder: "en-US" },
      { name: "ttsProvider", label: "Speech by", kind: TTS },
      { name: "voice", label: "Voice" },
      { name: "transcriptionProvider", label: "Transcription by", kind: TRANSCRIPTION },
      { name: "speechModel", label: "Speech model" },
    ],
    more: [
      { name: "ttsLanguage", label: "Language of speech", placeholder: "en-US" },
      { name: "transcriptionLanguage", label: "Language of transcription", placeholder: "en-US" },
      { name: "interruptible", label: "Interruptible by", kind: INTERRUPTIBLE },
      { name: "interruptSensitivity", label: "Sensitivity to interruption", kind: ["low", "medium", "high"] },
      { name: "welcomeGreetingInterruptible", label: "Greeting interruptible by", kind: INTERRUPTIBLE },
      { name: "reportInputDuringAgentSpeech", label: "Report input during speech", kind: INTERRUPTIBLE },
      { name: "speechTimeout", label: "Milliseconds of silence", placeholder: "auto" },
      { name: "eotThreshold", label: "End-of-turn threshold", kind: "number", placeholder: "0.5 to 0.9" },
      { name: "hints", label: "Hints", placeholder: "Words to expect, with commas between" },
      { name: "elevenlabsTextNormalization", label: "ElevenLabs normalization", kind: ["on", "auto", "off"] },
      { name: "events", label: "Events", placeholder: "speaker-events tokens-played" },
      { name: "debug", label: "Debug messages", placeholder: "debugging" },
      { name: "intelligenceService", label: "Intelligence service", placeholder: "GA…" },
      { name: "dtmfDetection", label: "Report keys that are pressed", kind: "flag" },
      { name: "preemptible", label: "Preemptible", kind: "flag" },
      { name: "partialPrompts", label: "Partial prompts", kind: "flag" },
      { name: "profanityFilter", label: "Profanity filter", kind: "flag" },
      { name: "ignoreBackchannel", label: "Ignore backchannel", kind: "flag" },
      { name: "deepgramSmartFormat", label: "Deepgram smart format", kind: "flag" },
    ],
    fallbacks: ["say", "dial"],
    hasParameters: true,
    hasLanguages: true,
  },
  stream: {
    label: "Media stream",
    meaning: "Your WebSocket gets and sends the sound itself.",
    fields: [
      { name: "url", label: "WebSocket", placeholder: "wss://agent.example.com/media", isRequired: true },
    ],
    fallbacks: ["say", "dial"],
    hasParameters: true,
  },
  dial: {
    label: "Dial",
    meaning: "The call goes on to a number or a SIP address.",
    fields: DIAL,
    fallbacks: ["say"],
  },
  webhook: {
    label: "Your webhook",
    meaning: "Your endpoint writes the TwiML.",
    fields: [
      { name: "url", label: "URL", placeholder: "https://agent.example.com/voice", isRequired: true },
      { name: "timeoutMs", label: "Milliseconds to answer", kind: "number", placeholder: "5000" },
    ],
    fallbacks: ["say", "dial"],
  },
  reject: {
    label: "Reject",
    meaning: "The call is not answered, and costs nothing.",
    fields: [{ name: "reason", label: "Reason", kind: ["rejected", "busy"] }],
  },
};

export const MESSAGING_WAYS: Readonly<Record<MessagingKind, Way>> = {
  reply: {
    label: "Reply with a text",
    meaning: "The text is the answer to every message.",
    fields: [{ name: "text", label: "Text", kind: "lines", isRequired: true }],
  },
  webhook: {
    label: "Your webhook",
    meaning: "Your endpoint is asked, and has 60 seconds.",
    fields: [
      { name: "url", label: "URL", placeholder: "https://agent.example.com/messages", isRequired: true },
      {
        name: "fallbackText",
        label: "When it fails",
        description: "Sent in its place; nothing is where this is empty.",
        kind: "lines",
      },
    ],
  },
  none: { label: "No reply", meaning: "Messages are counted all the same.", fields: [] },
};
