// One history: three numbers in an account of their own, what happens to them, and what must hold when all is quiet.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import type { Actor } from "../../src/index.ts";
import type { OperationDeps } from "../../src/phone-numbers/operations/operation-deps.ts";
import type { PhoneNumber } from "../../src/phone-numbers/phone-number.ts";
import type { settableClock } from "../support/clock.ts";
import { AUTH_TOKEN, PUBLIC_URL, type World } from "../support/world.ts";
import { type Action, AGENTS, type Change, LONGEST_WAIT_MS, WINDOW_MS } from "./actions.ts";
import { fieldsInTwilio } from "./twilio-fields.ts";

const INDEXES = [0, 1, 2];
const MAX_PASSES = 30;

/** Where histories are played, one after the other. */
export interface Stage {
  readonly world: World;
  readonly clock: ReturnType<typeof settableClock>;
  /** Called at every step of every operation. */
  onStep: OperationDeps["onStep"];
}

/** A change under way, and how to stop waiting for it. */
interface Running {
  stop(): void;
}
const current = new AsyncLocalStorage<Running>();

export class History {
  readonly #stage: Stage;
  readonly #serial: number;
  readonly #tag: string;
  readonly #running = new Map<Running, Promise<void>>();
  /** Every value that somebody else has given to a field. */
  readonly #foreign = new Map<string, Set<string>>();
  #foreignCount = 0;
  #paused: (() => void)[] = [];
  #sinceLandedMs = 0;

  /** @param serial unique among the histories of the stage */
  constructor(stage: Stage, serial: number) {
    this.#stage = stage;
    this.#serial = serial;
    this.#tag = serial.toString(16).padStart(31, "0");
  }

  get #world(): World {
    return this.#stage.world;
  }

  #sid(kind: string, index: number): string {
    return `${kind}${this.#tag}${index}`;
  }

  #id(index: number): string {
    return `phone_${this.#serial}_${index}`;
  }

  #e164(index: number): string {
    return `+1415${String(this.#serial * 10 + index).padStart(7, "0")}`;
  }

  /** A plain number; one with a WhatsApp sender; one with both and a trunk, in a Messaging Service with the one before. */
  async begin(): Promise<void> {
    const { control } = this.#world.emulator;
    const accountSid = this.#sid("AC", 0);
    control.createAccount({ sid: accountSid, authToken: AUTH_TOKEN });
    for (const index of INDEXES) {
      control.createNumber(accountSid, { phoneNumber: this.#e164(index), sid: this.#sid("PN", index) });
    }
    control.updateNumber(this.#sid("PN", 0), { voice_url: "https://before.example.com/voice" });
    const webhook = { callback_url: "https://before.example.com/whatsapp" };
    control.createSender(accountSid, { phoneNumber: this.#e164(1), sid: this.#sid("XE", 1), webhook });
    control.createSender(accountSid, { phoneNumber: this.#e164(2), sid: this.#sid("XE", 2) });
    control.updateNumber(this.#sid("PN", 2), { trunk_sid: this.#sid("TK", 2) });
    const service = { sid: this.#sid("MG", 2), inbound_request_url: "https://before.example.com/service" };
    control.createService(accountSid, service);
    for (const member of [this.#sid("PN", 2), this.#sid("PN", 1), this.#sid("XE", 1)]) {
      control.addToService(service.sid, member);
    }

    const credentials = { accountSid, authToken: AUTH_TOKEN };
    const account = await this.#request("POST", "/api/twilio-accounts", credentials);
    const ids = Object.fromEntries(INDEXES.map((index) => [this.#e164(index), this.#id(index)]));
    await this.#request("POST", "/api/phone-numbers/import", { accountId: account.id, ids });
    for (const id of AGENTS) await this.#createAgent(id);
  }

  async play(actions: readonly Action[]): Promise<void> {
    for (const action of actions) await this.#act(action);
  }

  /** All faults end, all that is late lands, every process resumes or is gone, and recovery runs to its end. */
  async becomeQuiet(): Promise<void> {
    this.#world.emulator.control.clearFaults();
    this.#stage.onStep = () => {};
    for (let passes = 0; passes < MAX_PASSES; passes++) {
      this.#wait(LONGEST_WAIT_MS);
      await this.#recover();
      const numbers = await this.#numbers();
      if (numbers.every(({ openOperationId }) => openOperationId === undefined)) break;
    }
    this.#resume();
    await Promise.all(this.#running.values());
  }

  /** @throws AssertionError */
  async check(): Promise<void> {
    for (const number of await this.#numbers()) {
      assert.equal(number.openOperationId, undefined, `${number.id} has an open operation`);
      await this.#checkEntries(number);
      if (number.health === "needs_attention") continue;
      if (number.assignment) this.#checkAnswered(number);
      else this.#checkUnanswered(number);
    }
    const verdict = await this.#request("GET", "/api/audit/verify");
    assert.equal(verdict.valid, true, JSON.stringify(verdict));
  }

  async #act(action: Action): Promise<void> {
    if (action.act === "together") {
      await Promise.all(action.changes.map((change) => this.#change(change)));
      return;
    }
    if (action.act === "wait") {
      this.#wait(action.ms);
      if (action.recovers) await this.#change({ act: "recover" });
      return;
    }
    const { control } = this.#world.emulator;
    if (action.act === "fault") this.#fault(action);
    else if (action.act === "repair") control.clearFaults();
    else if (action.act === "land") this.#land();
    else if (action.act === "crash") this.#crashAt(action.ordinal);
    else if (action.act === "pause") this.#pauseAt(action.step);
    else if (action.act === "resume") this.#resume();
    else await this.#change(action);
  }

  /** Ends when the change has ended, or when its process has died or paused in the middle. */
  async #change(change: Change): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const running = { stop: resolve };
      const changing = current.run(running, () => this.#carryOut(change));
      this.#running.set(running, changing);
      changing.then(resolve, reject);
    });
  }

  async #carryOut(change: Change): Promise<void> {
    if (change.act === "recover") return this.#recover();
    if (change.act === "deleteAgent") return this.#deleteAgent(change.agent);
    const phoneNumberId = this.#id(change.number);
    if (change.act === "somebodyElse") return this.#somebodyElse(change);
    if (change.act === "configure")
      return this.#send("POST", "/api/phone-numbers/webhooks", { phoneNumberId });
    if (change.act === "verify")
      return this.#send("GET", `/api/phone-numbers/webhooks?phoneNumberId=${phoneNumberId}`);
    if (change.act === "unassign") {
      const { restore } = change;
      return this.#send("DELETE", "/api/phone-numbers/assign", { phoneNumberId, restore });
    }
    const { agent: chatbotId, enableSms, enableWhatsApp, takeover } = change;
    // The first number has no WhatsApp sender, so that it would only ever be refused.
    const channels = { enableSms, enableWhatsApp: enableWhatsApp && change.number > 0 };
    return this.#send("POST", "/api/phone-numbers/assign", {
      phoneNumberId,
      chatbotId,
      takeover,
      ...channels,
    });
  }

  /** Any answer that a user may get will do; what became of it is looked at in the end. */
  async #send(method: string, path: string, body?: object): Promise<void> {
    const answer = await this.#world.request(method, path, body);
    assert.notEqual(answer.body.code, "internal_error", JSON.stringify(answer.body));
  }

  async #recover(): Promise<void> {
    await this.#world.switchhook.api.operations.recover();
  }

  async #createAgent(id: string): Promise<void> {
    await this.#world.request("POST", "/api/agents", { id, name: id });
  }

  async #deleteAgent(id: string): Promise<void> {
    await this.#world.request("DELETE", `/api/agents/${id}`);
    await this.#createAgent(id);
  }

  async #somebodyElse(change: Extract<Change, { act: "somebodyElse" }>): Promise<void> {
    const { control } = this.#world.emulator;
    const { number, field, isCleared } = change;
    const url = isCleared ? "" : `https://somebody-else.example.com/${++this.#foreignCount}`;
    const numberSid = this.#sid("PN", number);
    const serviceSid = this.#sid("MG", 2);
    const senderSid = this.#sid("XE", number);
    const trunkSid = isCleared ? "" : this.#sid("TK", 9);
    const acts: Record<typeof field, () => void> = {
      voiceUrl: () => control.updateNumber(numberSid, { voice_url: url }),
      voiceFallbackUrl: () => control.updateNumber(numberSid, { voice_fallback_url: url }),
      smsUrl: () => control.updateNumber(numberSid, { sms_url: url }),
      trunkSid: () => control.updateNumber(numberSid, { trunk_sid: trunkSid }),
      inboundRequestUrl: () => control.updateService(serviceSid, { inbound_request_url: url }),
      callbackUrl: () => number > 0 && control.updateSender(senderSid, { callback_url: url }),
    };
    acts[field]();
    const sid = field === "inboundRequestUrl" ? serviceSid : field === "callbackUrl" ? senderSid : numberSid;
    const values = this.#foreign.get(`${sid}.${field}`) ?? new Set();
    this.#foreign.set(`${sid}.${field}`, values.add(field === "trunkSid" ? trunkSid : url));
  }

  #fault({ kind, method, skip, times }: Extract<Action, { act: "fault" }>): void {
    const effects = {
      hang: { kind: "hang" },
      applyThenHang: { kind: "applyThenHang" },
      hangThenApply: { kind: "hangThenApply" },
      reset: { kind: "reset" },
      applyThenReset: { kind: "applyThenReset" },
      rejected: { kind: "error", status: 400, code: 21402 },
      unavailable: { kind: "error", status: 503 },
      limited: { kind: "error", status: 429 },
    } as const;
    this.#world.emulator.control.addFault({ method, skip, times, effect: effects[kind] });
  }

  /** What is late lands before its window has passed; that is what the window means. */
  #wait(ms: number): void {
    this.#sinceLandedMs += ms;
    if (this.#sinceLandedMs >= WINDOW_MS) this.#land();
    this.#stage.clock.advance(ms);
  }

  #land(): void {
    this.#world.emulator.control.releaseHeld();
    this.#sinceLandedMs = 0;
  }

  /** The process of the change that comes next dies at one of its steps. */
  #crashAt(ordinal: number): void {
    let victim: Running | undefined;
    let stepCount = 0;
    this.#stage.onStep = () => {
      const running = current.getStore();
      victim ??= running;
      if (!running || running !== victim || ++stepCount !== ordinal) return undefined;
      this.#stage.onStep = () => {};
      this.#running.delete(running);
      running.stop();
      return new Promise<never>(() => {});
    };
  }

  /** The first process that comes to this step stands still there, until it resumes as if nothing had been. */
  #pauseAt(wanted: string): void {
    this.#stage.onStep = (step) => {
      if (step !== wanted) return undefined;
      this.#stage.onStep = () => {};
      current.getStore()?.stop();
      return new Promise<void>((resolve) => this.#paused.push(resolve));
    };
  }

  #resume(): void {
    for (const resume of this.#paused) resume();
    this.#paused = [];
  }

  async #request(method: string, path: string, body?: object) {
    const answer = await this.#world.request(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async #numbers(): Promise<readonly PhoneNumber[]> {
    const { api, defaultOrganizationId: orgId } = this.#world.switchhook;
    const actor: Actor = { orgId, userId: "test", role: "owner" };
    const find = async (index: number) =>
      (await api.phoneNumbers.list(actor, { search: this.#e164(index), limit: 10 })).rows;
    const numbers = (await Promise.all(INDEXES.map(find))).flat();
    assert.equal(numbers.length, INDEXES.length);
    return numbers;
  }

  /** Twilio holds every field that the assignment wants, but for what somebody else has set. */
  #checkAnswered({ id, desired = [], assignment }: PhoneNumber): void {
    assert.notEqual(desired.length, 0, id);
    const snapshot = this.#world.emulator.control.snapshot();
    for (const { sid, fields } of desired) {
      const held = fieldsInTwilio(snapshot, sid);
      for (const [field, wanted] of Object.entries(fields)) {
        if (this.#foreign.get(`${sid}.${field}`)?.has(held(field))) continue;
        assert.equal(held(field), wanted, `${id}, which ${assignment?.agentId} answers: ${field} of ${sid}`);
      }
    }
  }

  /** Nothing that decides about a call or a message leads to us. */
  #checkUnanswered({ id, sid }: PhoneNumber): void {
    const snapshot = this.#world.emulator.control.snapshot();
    const number = fieldsInTwilio(snapshot, sid);
    const sender = fieldsInTwilio(snapshot, sid.replace("PN", "XE"));
    for (const url of [number("voiceUrl"), number("smsUrl"), sender("callbackUrl")]) {
      assert.ok(!url.startsWith(PUBLIC_URL), `${id}, which nobody answers: ${url}`);
    }
  }

  /** Every operation has ended, and the audit log says how, once. */
  async #checkEntries({ id }: PhoneNumber): Promise<void> {
    const { operations } = await this.#request("GET", `/api/operations?phoneNumberId=${id}&limit=100`);
    const { entries } = await this.#request("GET", `/api/audit?targetId=${id}&limit=100`);
    const ends = operations.map((operation: { id: string; state: string }) => [
      operation.id,
      operation.state,
    ]);
    const told = entries.map(({ after, outcome }: { after: { operationId: string }; outcome: string }) => [
      after.operationId,
      outcome,
    ]);
    assert.deepEqual(told.toSorted(), ends.toSorted());
  }
}
