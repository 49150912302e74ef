// A Messaging Service with two numbers, or with the WhatsApp senders of two.
import { expect } from "vitest";
import {
  inTwilio,
  newNumber,
  newService,
  newWhatsAppNumber,
  stored,
  type TestNumber,
  verify,
} from "./numbers.ts";
import type { World } from "./world.ts";

export interface Sharing {
  readonly channel: "sms" | "whatsapp";
  /** An assignment that relies on the service; with `takeover` it changes the service. */
  readonly input: object;
  /** A number, and what of it is the service's member. */
  readonly create: (world: World) => Promise<Member>;
}

export interface Member extends TestNumber {
  readonly memberSid: string;
}

export const SHARINGS: readonly Sharing[] = [
  {
    channel: "sms",
    input: { enableSms: true },
    create: async (world) => {
      const number = await newNumber(world);
      return { ...number, memberSid: number.sid };
    },
  },
  {
    channel: "whatsapp",
    input: { enableWhatsApp: true },
    create: async (world) => {
      const number = await newWhatsAppNumber(world);
      return { ...number, memberSid: number.senderSid };
    },
  },
];

export interface Shared {
  readonly a: Member;
  readonly b: Member;
  readonly serviceSid: string;
  /** The service before anything was assigned. */
  readonly before: unknown;
}

export async function share(world: World, { create }: Sharing): Promise<Shared> {
  const [a, b] = [await create(world), await create(world)];
  const serviceSid = newService(world, [a.memberSid, b.memberSid]);
  return { a, b, serviceSid, before: inTwilio(world, "services", serviceSid) };
}

export async function expectAnswered(
  world: World,
  number: TestNumber,
  channel: Sharing["channel"],
): Promise<void> {
  expect(await stored(world, number)).toMatchObject({ chatbotId: "agent_456", health: "ok" });
  expect((await verify(world, number)).body).toMatchObject({
    configured: true,
    effective: { [channel]: { verdict: "ours" } },
  });
}

export const IN_PROGRESS = { status: 409, body: { code: "operation_in_progress", outcome: "refused" } };
export const SHADOWED = { status: 409, body: { code: "number_shadowed" } };
