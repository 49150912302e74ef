// Pure: an agent while it is being written, and the request that it makes.
import type { Schemas } from "../../api/client.ts";
import type { MessagingKind, VoiceKind } from "./answer-fields.ts";

/** The members of one way of answering, as they are typed. */
export type Values = Readonly<Record<string, unknown>>;

export interface AnswerDraft<Kind extends string> {
  readonly kind: Kind;
  /** Of each kind, so that what was typed for one is still there after a look at another. */
  readonly values: Readonly<Partial<Record<Kind, Values>>>;
}

export interface AgentDraft {
  readonly id: string;
  readonly name: string;
  readonly voice: AnswerDraft<VoiceKind>;
  readonly messaging: AnswerDraft<MessagingKind>;
}

export const NEW_AGENT: AgentDraft = {
  id: "",
  name: "",
  voice: { kind: "say", values: { say: { text: "Hello! How can I help you?" } } },
  messaging: { kind: "none", values: {} },
};

export function draftOf({ id, name, voice, messaging }: Schemas["Agent"]): AgentDraft {
  return { id, name, voice: answerDraft(voice), messaging: answerDraft(messaging) };
}

function answerDraft<Kind extends string>(answer: { readonly kind: Kind }): AnswerDraft<Kind> {
  const { kind, ...values } = answer;
  const drafted: Partial<Record<Kind, Values>> = {};
  drafted[kind] = values;
  return { kind, values: drafted };
}

export interface Answers {
  readonly voice: Schemas["VoiceAnswer"];
  readonly messaging: Schemas["MessageAnswer"];
}

export function answersOf({ voice, messaging }: AgentDraft): Answers {
  // The schema of the request vouches for it: nothing is sent before it has passed.
  return { voice: answerOf(voice), messaging: answerOf(messaging) } as Answers;
}

function answerOf<Kind extends string>({ kind, values }: AnswerDraft<Kind>): Values {
  return { ...withoutEmpty(values[kind] ?? {}), kind };
}

function withoutEmpty(values: Values): Values {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => filled(name, value)));
}

/** As it is sent; nothing for what was left empty. */
function filled(name: string, value: unknown): [string, unknown][] {
  if (value === "" || value === undefined || value === null) return [];
  if (name === "speechTimeout" && typeof value === "string" && /^\d+$/.test(value))
    return [[name, Number(value)]];
  if (Array.isArray(value)) return value.length === 0 ? [] : [[name, value.map((one) => membersOf(one))]];
  if (typeof value === "object") return [[name, membersOf(value)]];
  return [[name, value]];
}

function membersOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? withoutEmpty({ ...value }) : value;
}

/** The request that creates an agent, under the id that was chosen for it, or changes it. */
export function requestFrom(draft: AgentDraft, isNew: boolean) {
  const { id, name } = draft;
  return { ...(isNew && id !== "" ? { id } : {}), name, ...answersOf(draft) };
}
