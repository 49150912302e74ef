import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachDatabase } from "../support/databases.ts";
import { assign, everything, newNumber, writes } from "../support/numbers.ts";
import { createKey, signUp } from "../support/people.ts";
import { API_KEY, addAgent, createWorld, type World } from "../support/world.ts";

const withKey = (key: string) => ({ "x-api-key": API_KEY, "idempotency-key": key });

describeEachDatabase("Idempotency-Key", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ database });
    await addAgent(world, "agent_456");
  });
  afterAll(() => world.close());

  test("a request that is repeated gets the first one's answer, and does nothing again", async () => {
    const number = await newNumber(world);
    const first = await assign(world, number, {}, withKey("repeated"));
    const before = await everything(world);
    world.emulator.control.clearRequests();
    const second = await assign(world, number, {}, withKey("repeated"));
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(await everything(world)).toEqual(before);
    expect(world.emulator.control.requests()).toEqual([]);
  });

  test("a refusal is repeated as well", async () => {
    const number = await newNumber(world, { trunk_sid: `TK${"1".repeat(32)}` });
    const first = await assign(world, number, {}, withKey("refused"));
    const second = await assign(world, number, {}, withKey("refused"));
    expect(second).toMatchObject({ status: 409, body: first.body });
    expect(second.headers.get("content-type")).toBe("application/problem+json");
  });

  test("a key that was used for another body is refused, and nothing changes", async () => {
    const number = await newNumber(world);
    await assign(world, number, {}, withKey("reused"));
    const before = await everything(world);
    world.emulator.control.clearRequests();
    const answer = await assign(world, number, { enableSms: true }, withKey("reused"));
    expect(answer).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect(await everything(world)).toEqual(before);
    expect(writes(world)).toEqual([]);
  });

  test("while the first request runs, the second is told to wait, and there is one assignment", async () => {
    const number = await newNumber(world);
    world.emulator.control.addFault({ path: number.sid, effect: { kind: "latency", ms: 300 } });
    const answers = await Promise.all([1, 2, 3].map(() => assign(world, number, {}, withKey("running"))));
    const [waiting] = answers.filter(({ status }) => status === 409);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
    expect(waiting?.body).toMatchObject({ code: "idempotency_in_progress" });
    expect(Number(waiting?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(writes(world)).toHaveLength(1);
  });

  test("a key whose request failed at Twilio can be used to try again", async () => {
    const number = await newNumber(world);
    const effect = { kind: "error", status: 400, code: 21402 } as const;
    world.emulator.control.addFault({ method: "POST", path: number.sid, effect });
    expect((await assign(world, number, {}, withKey("retried"))).status).toBe(502);
    expect((await assign(world, number, {}, withKey("retried"))).status).toBe(200);
  });

  test("a member is not shown what an owner was answered under the same key", async () => {
    const owner = await signUp(world, "Owner");
    const member = await createKey(world, owner, { role: "member" });
    const ask = (headers: Record<string, string>) =>
      world.request("POST", "/api/agents", { id: "agent_kept", name: "Kept" }, headers);
    expect((await ask({ ...owner.headers, "idempotency-key": "theirs" })).status).toBe(201);
    const answer = await ask({ ...member, "idempotency-key": "theirs" });
    expect(answer).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect(answer.headers.get("idempotent-replayed")).toBeNull();
    expect(answer.body).not.toHaveProperty("name");
  });

  test("another organization's key of the same name is another key", async () => {
    const other = await signUp(world, "Other");
    const create = (headers: Record<string, string>) =>
      world.request("POST", "/api/agents", { id: "agent_same", name: "Same" }, headers);
    const mine = await create(withKey("shared"));
    const theirs = await create({ ...other.headers, "idempotency-key": "shared" });
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.headers.get("idempotent-replayed")).toBeNull();
  });
});
