// Who answers what, in memory: a number must be answered while the database is down, and at once while it is not.
import { chunksOf } from "../base/chunks.ts";
import type { Logger } from "../base/log.ts";
import type { Change } from "../db/change.ts";
import type { Db } from "../db/connect.ts";
import type { MemoryCopy } from "../db/memory-copy.ts";
import { type AnswersDeps, answersFrom } from "./agent-answers.ts";
import type { Route } from "./route.ts";
import { nameOf, RouteIndex } from "./route-index.ts";
import {
  type AgentKey,
  type AssignedNumber,
  listAssignedNumbers,
  listStoredAgents,
  readAssignedNumbers,
  readStoredAgents,
  type StoredAgent,
} from "./routing-store.ts";

export interface RoutingDeps {
  readonly db: Db;
  readonly log: Logger;
  /** Without it, no agent has any. */
  readonly openSecrets?: AnswersDeps["openSecrets"];
}

const NUMBERS_PAGE = 5_000;
/** An agent may have some kilobytes to say. */
const AGENTS_PAGE = 1_000;
const READ_AT_ONCE = 1_000;

export class RoutingTable implements MemoryCopy {
  readonly name = "routing table";
  readonly #deps: Required<RoutingDeps>;
  #index = new RouteIndex();

  constructor(deps: RoutingDeps) {
    this.#deps = { openSecrets: () => undefined, ...deps };
  }

  /** How many numbers are answered. */
  get numberCount(): number {
    return this.#index.numberCount;
  }

  /** The agent that is assigned to a number. What the URL says about agents is not asked: the assignment decides. */
  find(accountSid: string, e164: string): Route | undefined {
    return this.#index.find(accountSid, e164);
  }

  concerns(change: Change): boolean {
    return change.table === "phone_number" || change.table === "agent";
  }

  async reload(): Promise<void> {
    const index = new RouteIndex();
    // Numbers first: the agents that they name are then still there to be read, or both have changed meanwhile and will
    // be read again.
    await this.#loadNumbers(index);
    await this.#loadAgents(index);
    this.#index = index;
  }

  async refresh(changes: readonly Change[]): Promise<void> {
    const agents = new Map<string, AgentKey>();
    const uids = new Set<string>();
    for (const change of changes) {
      if (change.table === "agent") agents.set(nameOf(change), change);
      if (change.table === "phone_number") uids.add(change.uid);
    }
    for (const chunk of chunksOf([...agents.values()], READ_AT_ONCE)) await this.#refreshAgents(chunk);
    for (const chunk of chunksOf([...uids], READ_AT_ONCE)) await this.#refreshNumbers(chunk);
  }

  async #loadNumbers(index: RouteIndex): Promise<void> {
    let page: readonly AssignedNumber[] = [];
    do {
      page = await listAssignedNumbers(this.#deps.db, page.at(-1)?.uid, NUMBERS_PAGE);
      for (const number of page) index.putNumber(number);
    } while (page.length === NUMBERS_PAGE);
  }

  async #loadAgents(index: RouteIndex): Promise<void> {
    let page: readonly StoredAgent[] = [];
    do {
      page = await listStoredAgents(this.#deps.db, page.at(-1), AGENTS_PAGE);
      for (const agent of page) this.#putAgent(index, agent);
    } while (page.length === AGENTS_PAGE);
  }

  async #refreshAgents(keys: readonly AgentKey[]): Promise<void> {
    const agents = await readStoredAgents(this.#deps.db, keys);
    const found = new Set(agents.map(nameOf));
    for (const key of keys) if (!found.has(nameOf(key))) this.#index.removeAgent(key);
    for (const agent of agents) this.#putAgent(this.#index, agent);
  }

  async #refreshNumbers(uids: readonly string[]): Promise<void> {
    const numbers = await readAssignedNumbers(this.#deps.db, uids);
    const unknown = numbers.map(({ agent }) => agent).filter((key) => !this.#index.answersOf(key));
    await this.#refreshAgents(unknown);
    for (const uid of uids) this.#index.removeNumber(uid);
    for (const number of numbers) this.#index.putNumber(number);
  }

  #putAgent(index: RouteIndex, agent: StoredAgent): void {
    index.putAgent(agent, answersFrom(this.#deps, agent, this.#index.answersOf(agent)));
  }
}
