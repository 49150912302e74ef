// Numbers and their agents as they lie in memory. Knows no database.
import { type AgentAnswers, type Route, STAND_IN } from "./route.ts";
import type { AgentKey, AssignedNumber } from "./routing-store.ts";

/** One for all of its numbers: 100,000 numbers of ten agents must not hold 100,000 answers. */
interface IndexedAgent extends AgentKey {
  answers: AgentAnswers;
}

type IndexedNumber = Omit<AssignedNumber, "agent"> & { readonly agent: IndexedAgent };

export class RouteIndex {
  readonly #byUid = new Map<string, IndexedNumber>();
  /** By account SID, and in each by E.164: what Twilio says of a call. */
  readonly #byAccount = new Map<string, Map<string, IndexedNumber>>();
  readonly #agents = new Map<string, IndexedAgent>();

  get numberCount(): number {
    return this.#byUid.size;
  }

  find(accountSid: string, e164: string): Route | undefined {
    const number = this.#byAccount.get(accountSid)?.get(e164);
    return number && routeOf(number);
  }

  /** A number may come before its agent does; until then somebody stands in. */
  putNumber({ agent, ...number }: AssignedNumber): void {
    this.removeNumber(number.uid);
    const indexed = { ...number, agent: this.#agentOf(agent) };
    this.#byUid.set(number.uid, indexed);
    const account = this.#byAccount.get(number.accountSid) ?? new Map<string, IndexedNumber>();
    this.#byAccount.set(number.accountSid, account.set(number.e164, indexed));
  }

  removeNumber(uid: string): void {
    const number = this.#byUid.get(uid);
    if (!number) return;
    this.#byUid.delete(uid);
    const account = this.#byAccount.get(number.accountSid);
    // The address may be another number's by now.
    if (account?.get(number.e164) === number) account.delete(number.e164);
    if (account?.size === 0) this.#byAccount.delete(number.accountSid);
  }

  /** Undefined for an agent that is not there. */
  answersOf(key: AgentKey): AgentAnswers | undefined {
    return this.#agents.get(nameOf(key))?.answers;
  }

  putAgent(key: AgentKey, answers: AgentAnswers): void {
    this.#agentOf(key).answers = answers;
  }

  /** An agent that is gone answers no number; the numbers that still say so have changed as well. */
  removeAgent(key: AgentKey): void {
    this.#agents.delete(nameOf(key));
  }

  #agentOf(key: AgentKey): IndexedAgent {
    const known = this.#agents.get(nameOf(key));
    if (known) return known;
    const agent = { orgId: key.orgId, id: key.id, answers: STAND_IN };
    this.#agents.set(nameOf(key), agent);
    return agent;
  }
}

/** An agent's key as a text. Its id has no space in it; an organization's may. */
export function nameOf({ orgId, id }: AgentKey): string {
  return `${id} ${orgId}`;
}

function routeOf({ agent, ...number }: IndexedNumber): Route {
  return {
    orgId: agent.orgId,
    operatorOrgId: number.operatorOrgId,
    phoneNumberId: number.id,
    phoneNumberUid: number.uid,
    e164: number.e164,
    agentId: agent.id,
    ...agent.answers,
  };
}
