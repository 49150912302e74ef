import { XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { voiceAnswerSchema } from "../agents/voice-answer.ts";
import { apologyTwiml, callContext, fallbackTwiml } from "./call-fallback.ts";
import type { Route } from "./route.ts";
import { EMPTY_VOICE_TWIML } from "./twiml.ts";
import { type OwnVoiceAnswer, rejectionTwiml, voiceTwiml } from "./voice-twiml.ts";

const CONTEXT = {
  agentId: "agent_1",
  phoneNumberId: "phone_1",
  endedUrl: "https://s.example.com/ended?a=1&b=2",
  statusUrl: "https://s.example.com/status",
};
const ENDED = 'action="https://s.example.com/ended?a=1&amp;b=2"';
const IDS = '<Parameter name="agentId" value="agent_1"/><Parameter name="phoneNumberId" value="phone_1"/>';
const EVENTS =
  'statusCallback="https://s.example.com/status" statusCallbackEvent="initiated ringing answered completed"';

/** As it is stored: with the defaults of the schema. */
function answer(input: object): OwnVoiceAnswer {
  const parsed = voiceAnswerSchema.parse(input);
  if (parsed.kind === "webhook") throw new Error("A webhook answers by itself");
  return parsed;
}

function document(inside: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`;
}

test.each<[string, object, string]>([
  ["say", { kind: "say", text: "Hello" }, '<Say language="en-US">Hello</Say>'],
  [
    "say with a voice",
    { kind: "say", text: "¡Hola!", language: "es-MX", voice: "Polly.Mia" },
    '<Say language="es-MX" voice="Polly.Mia">¡Hola!</Say>',
  ],
  [
    "say what would be markup",
    { kind: "say", text: `</Say><Dial>"+1" & 'x'</Dial>` },
    `<Say language="en-US">&lt;/Say&gt;&lt;Dial&gt;"+1" &amp; 'x'&lt;/Dial&gt;</Say>`,
  ],
  [
    "say what XML cannot hold",
    { kind: "say", text: "a\u0001b\uFFFF", voice: "x\u0002y" },
    '<Say language="en-US" voice="x\uFFFDy">a\uFFFDb\uFFFD</Say>',
  ],
  [
    "relay with nothing but a URL",
    { kind: "relay", url: "wss://agent.example.com/relay?x=1&y=2" },
    `<Connect ${ENDED}><ConversationRelay url="wss://agent.example.com/relay?x=1&amp;y=2">${IDS}</ConversationRelay></Connect>`,
  ],
  [
    "relay with everything",
    {
      kind: "relay",
      url: "wss://agent.example.com/relay",
      welcomeGreeting: "Hi <you>",
      welcomeGreetingInterruptible: "speech",
      language: "en-US",
      ttsLanguage: "en-GB",
      ttsProvider: "Google",
      voice: "en-US-Journey-O",
      transcriptionLanguage: "en-AU",
      transcriptionProvider: "Deepgram",
      speechModel: "nova-3-general",
      interruptible: "any",
      interruptSensitivity: "low",
      dtmfDetection: true,
      reportInputDuringAgentSpeech: "none",
      preemptible: false,
      hints: "Switchhook, lever",
      partialPrompts: true,
      profanityFilter: false,
      ignoreBackchannel: true,
      speechTimeout: 800,
      eotThreshold: 0.7,
      deepgramSmartFormat: false,
      elevenlabsTextNormalization: "auto",
      events: "speaker-events tokens-played",
      debug: "debugging",
      intelligenceService: "GA1",
      languages: [
        {
          code: "es-MX",
          ttsProvider: "Amazon",
          voice: "Mia-Neural",
          transcriptionProvider: "Google",
          speechModel: "telephony",
        },
        { code: "de-DE" },
      ],
      parameters: { customer: `"A" & B`, tier: "" },
      fallback: { kind: "say", text: "Later" },
    },
    `<Connect ${ENDED}><ConversationRelay url="wss://agent.example.com/relay" welcomeGreeting="Hi &lt;you>" ` +
      'welcomeGreetingInterruptible="speech" language="en-US" ttsLanguage="en-GB" ttsProvider="Google" ' +
      'voice="en-US-Journey-O" transcriptionLanguage="en-AU" transcriptionProvider="Deepgram" ' +
      'speechModel="nova-3-general" interruptible="any" interruptSensitivity="low" dtmfDetection="true" ' +
      'reportInputDuringAgentSpeech="none" preemptible="false" hints="Switchhook, lever" partialPrompts="true" ' +
      'profanityFilter="false" ignoreBackchannel="true" speechTimeout="800" eotThreshold="0.7" ' +
      'deepgramSmartFormat="false" elevenlabsTextNormalization="auto" ' +
      'events="speaker-events tokens-played" debug="debugging" intelligenceService="GA1">' +
      '<Language code="es-MX" ttsProvider="Amazon" voice="Mia-Neural" transcriptionProvider="Google" speechModel="telephony"/>' +
      `<Language code="de-DE"/>${IDS}<Parameter name="customer" value="&quot;A&quot; &amp; B"/>` +
      '<Parameter name="tier" value=""/></ConversationRelay></Connect>',
  ],
  [
    "stream",
    { kind: "stream", url: "wss://agent.example.com/media", parameters: { tier: "gold" } },
    `<Connect ${ENDED}><Stream url="wss://agent.example.com/media">${IDS}<Parameter name="tier" value="gold"/></Stream></Connect>`,
  ],
  [
    "dial a number",
    { kind: "dial", to: "+14155550123", callerId: "+14155550100" },
    `<Dial answerOnBridge="true" timeout="20" callerId="+14155550100" ${ENDED}><Number ${EVENTS}>+14155550123</Number></Dial>`,
  ],
  [
    "dial by SIP",
    { kind: "dial", to: "sip:agent@pbx.example.com;transport=tls?x-a=1&x-b=2", timeoutSeconds: 45 },
    `<Dial answerOnBridge="true" timeout="45" ${ENDED}><Sip ${EVENTS}>sip:agent@pbx.example.com;transport=tls?x-a=1&amp;x-b=2</Sip></Dial>`,
  ],
  ["reject", { kind: "reject" }, '<Reject reason="rejected"/>'],
  ["reject as busy", { kind: "reject", reason: "busy" }, '<Reject reason="busy"/>'],
])("%s is this TwiML and no more", (_name, input, inside) => {
  const twiml = voiceTwiml(answer(input), CONTEXT);
  expect(twiml).toBe(document(inside));
  expect(XMLValidator.validate(twiml)).toBe(true);
});

test("a call that nobody answers is rejected, one that is over is hung up", () => {
  expect(rejectionTwiml()).toBe(document('<Reject reason="rejected"/>'));
  expect(EMPTY_VOICE_TWIML).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
});

describe("when the agent cannot be reached", () => {
  const route = (voice: object): Route => ({
    orgId: "org_1",
    operatorOrgId: "org_1",
    phoneNumberId: "phone_1",
    phoneNumberUid: "uid_1",
    e164: "+14155550100",
    agentId: "agent 1",
    voice: voiceAnswerSchema.parse(voice),
    messaging: { kind: "none" },
    webhookSecrets: undefined,
  });
  const relay = { kind: "relay", url: "wss://agent.example.com/relay" };
  const PUBLIC_URL = "https://s.example.com";

  test.each([
    ["a relay", relay],
    ["a stream", { ...relay, kind: "stream" }],
    ["a webhook", { kind: "webhook", url: "https://agent.example.com/voice" }],
    ["a dial", { kind: "dial", to: "+14155550123" }],
  ])("%s without a fallback apologizes", (_name, voice) => {
    expect(fallbackTwiml(PUBLIC_URL, route(voice))).toBe(apologyTwiml());
    expect(apologyTwiml()).toContain('<Say language="en-US">We are sorry');
  });

  test("its fallback speaks", () => {
    const fallback = { kind: "say", text: "Call later", language: "en-GB" };
    expect(fallbackTwiml(PUBLIC_URL, route({ ...relay, fallback }))).toBe(
      document('<Say language="en-GB">Call later</Say>'),
    );
  });

  test("a fallback that dials says so to the URL that goes on afterwards, and does not end up there for ever", () => {
    const fallback = { kind: "dial", to: "+14155550123" };
    const twiml = fallbackTwiml(PUBLIC_URL, route({ ...relay, fallback }));
    expect(twiml).toContain(
      'action="https://s.example.com/api/twilio/voice/ended?agentId=agent%201&amp;after=fallback#ct=2000&amp;rt=8000&amp;rc=2&amp;rp=ct,5xx"',
    );
  });

  test("an answer of its own names the same URL for after the answer", () => {
    const { endedUrl, statusUrl } = callContext(PUBLIC_URL, route(relay), "answer");
    expect(endedUrl).toContain("/api/twilio/voice/ended?agentId=agent%201&after=answer#");
    expect(statusUrl).toContain("https://s.example.com/api/twilio/status#");
  });
});
