import type { LookupAddress } from "node:dns";
import { describe, expect, test } from "vitest";
import { guardedConnector, publicOnly, RefusedAddressError } from "./guarded-connector.ts";
import { type Lookup, systemLookup } from "./name-lookup.ts";

const address = (text: string): LookupAddress => ({ address: text, family: text.includes(":") ? 6 : 4 });
const PUBLIC = address("8.8.8.8");
const PUBLIC_IPV6 = address("2606:4700:4700::1111");

/** A name server that gives another answer each time. */
function lookupOf(...answers: readonly (readonly LookupAddress[])[]): Lookup {
  const waiting = [...answers];
  return async () => waiting.shift() ?? [];
}

describe("a name", () => {
  test("is connected to at exactly the addresses that were judged", async () => {
    const addresses = [PUBLIC, PUBLIC_IPV6];
    expect(await publicOnly(lookupOf(addresses))("agent.example")).toEqual(addresses);
  });

  test.each([
    ["a private address", [address("10.0.0.1")]],
    ["loopback", [address("127.0.0.1")]],
    ["loopback in IPv6", [address("::1")]],
    ["a mapped address", [address("::ffff:169.254.169.254")]],
    ["a public and a private address", [PUBLIC, address("10.0.0.1")]],
    ["a private and a public address", [address("10.0.0.1"), PUBLIC]],
    ["a public IPv4 and a private IPv6 address", [PUBLIC, address("fd00::1")]],
    ["something that is no address", [address("localhost")]],
  ])("that has %s is refused", async (_what, addresses) => {
    await expect(publicOnly(lookupOf(addresses))("agent.example")).rejects.toBeInstanceOf(
      RefusedAddressError,
    );
  });

  test("that is public at first and private a moment later is refused then", async () => {
    const lookup = publicOnly(lookupOf([PUBLIC], [address("127.0.0.1")], [PUBLIC]));
    expect(await lookup("rebound.example")).toEqual([PUBLIC]);
    await expect(lookup("rebound.example")).rejects.toBeInstanceOf(RefusedAddressError);
    expect(await lookup("rebound.example")).toEqual([PUBLIC]);
  });

  test("that does not resolve fails as the resolver says", async () => {
    const notFound = Object.assign(new Error("not found"), { code: "ENOTFOUND" });
    await expect(publicOnly(() => Promise.reject(notFound))("agent.example")).rejects.toBe(notFound);
  });

  test("that the system's own files resolve to this machine is refused", async () => {
    await expect(publicOnly(systemLookup)("localhost")).rejects.toBeInstanceOf(RefusedAddressError);
  });
});

test.each([
  ["agents.internal", ["allowed"]],
  ["agent.example", ["others"]],
])("%s is looked up in the way that is meant for it", async (hostname, expected) => {
  const asked: string[] = [];
  const noting = (way: string) => async () => {
    asked.push(way);
    throw Object.assign(new Error("not found"), { code: "ENOTFOUND" });
  };
  const lookups = { ofAllowed: noting("allowed"), ofOthers: noting("others") };
  const connect = guardedConnector([{ hostname: "agents.internal", port: undefined }], lookups);
  const target = { hostname, host: hostname, protocol: "http:", port: "80" };
  const error = await new Promise((resolve) => connect(target, (...[failure]) => resolve(failure)));
  expect(error).toMatchObject({ code: "ENOTFOUND" });
  expect(asked).toEqual(expected);
});
