// How an agent answers a call. Names and defaults of the attributes are Twilio's:
// https://www.twilio.com/docs/voice/twiml
import { z } from "zod";
import { callableSchema, e164Schema } from "../base/callable.ts";
import { endpointUrlSchema } from "../outbound/endpoint-url.ts";

const language = z.string().min(2).max(35).meta({ description: "BCP 47, such as en-US" });
const parameters = z
  .record(
    z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, "A letter, and up to 63 of A-Z a-z 0-9 _ . -"),
    z.string().max(500),
  )
  .refine((values) => Object.keys(values).length <= 20, "At most 20 parameters")
  .refine(
    (values) => !("agentId" in values || "phoneNumberId" in values),
    "agentId and phoneNumberId are ours",
  )
  .meta({ description: "Sent along with agentId and phoneNumberId" });
const webSocketUrl = z
  .url({ protocol: /^wss$/, error: "A URL that begins with wss://" })
  .max(2_000)
  .meta({ description: "wss://" });

const say = z.strictObject({
  kind: z.literal("say"),
  text: z.string().min(1).max(4_096),
  language: language.default("en-US"),
  voice: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "Of Twilio's <Say>, such as Polly.Joanna" }),
});

const dial = z.strictObject({
  kind: z.literal("dial"),
  to: callableSchema,
  timeoutSeconds: z.int().min(5).max(600).default(20),
  callerId: e164Schema.optional().meta({ description: "Default: the caller's own number" }),
});

const fallback = z
  .discriminatedUnion("kind", [say, dial])
  .optional()
  .meta({ description: "What is done when the agent cannot be reached; by default an apology is said" });

/** Some of these words, with a space between them, as Twilio takes them. */
function wordsOf(...words: readonly string[]) {
  const word = `(${words.join("|")})`;
  return z
    .string()
    .regex(
      new RegExp(`^${word}( ${word})*$`),
      `One or several of ${words.join(", ")}, with a space between them`,
    )
    .max(100)
    .optional();
}

const relay = z.strictObject({
  kind: z.literal("relay"),
  url: webSocketUrl,
  welcomeGreeting: z.string().min(1).max(1_000).optional(),
  welcomeGreetingInterruptible: z.enum(["none", "dtmf", "speech", "any"]).optional(),
  language: language.optional(),
  ttsLanguage: language.optional(),
  ttsProvider: z.enum(["Google", "Amazon", "ElevenLabs"]).optional(),
  voice: z.string().min(1).max(100).optional(),
  transcriptionLanguage: language.optional(),
  transcriptionProvider: z.enum(["Google", "Deepgram"]).optional(),
  speechModel: z.string().min(1).max(100).optional(),
  interruptible: z.enum(["none", "dtmf", "speech", "any"]).optional(),
  interruptSensitivity: z.enum(["low", "medium", "high"]).optional(),
  dtmfDetection: z.boolean().optional(),
  reportInputDuringAgentSpeech: z.enum(["none", "dtmf", "speech", "any"]).optional(),
  preemptible: z.boolean().optional(),
  hints: z.string().min(1).max(2_000).optional(),
  partialPrompts: z.boolean().optional(),
  profanityFilter: z.boolean().optional(),
  ignoreBackchannel: z.boolean().optional(),
  speechTimeout: z
    .union([z.int().min(600).max(5_000), z.literal("auto")], { error: "600 to 5000, or auto" })
    .optional()
    .meta({ description: "Milliseconds of silence that end what the caller says" }),
  eotThreshold: z.number().min(0.5).max(0.9).optional().meta({ description: "Of the speech model flux" }),
  deepgramSmartFormat: z.boolean().optional(),
  elevenlabsTextNormalization: z.enum(["on", "auto", "off"]).optional(),
  events: wordsOf("speaker-events", "tokens-played"),
  debug: wordsOf("debugging", "speaker-events", "tokens-played"),
  intelligenceService: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "The SID or the name of a Conversational Intelligence service" }),
  languages: z
    .array(
      z.strictObject({
        code: language,
        ttsProvider: z.enum(["Google", "Amazon", "ElevenLabs"]).optional(),
        voice: z.string().min(1).max(100).optional(),
        transcriptionProvider: z.enum(["Google", "Deepgram"]).optional(),
        speechModel: z.string().min(1).max(100).optional(),
      }),
    )
    .max(20)
    .optional()
    .meta({ description: "Languages that the session may switch to" }),
  parameters: parameters.optional(),
  fallback,
});

const stream = z.strictObject({
  kind: z.literal("stream"),
  url: webSocketUrl.refine((url) => !url.includes("?"), "Twilio drops a query here; use parameters"),
  parameters: parameters.optional(),
  fallback,
});

const webhook = z.strictObject({
  kind: z.literal("webhook"),
  url: endpointUrlSchema,
  timeoutMs: z.int().min(500).max(6_000).default(5_000),
  fallback,
});

const reject = z.strictObject({
  kind: z.literal("reject"),
  reason: z.enum(["busy", "rejected"]).default("rejected"),
});

export const voiceAnswerSchema = z
  .discriminatedUnion("kind", [
    say,
    relay,
    stream,
    dial.extend({ fallback: say.optional() }),
    webhook,
    reject,
  ])
  .meta({ id: "VoiceAnswer" });

export type VoiceAnswer = z.infer<typeof voiceAnswerSchema>;
/** What is done when the agent itself cannot. */
export type VoiceFallback = z.infer<typeof say> | z.infer<typeof dial>;
