import { expect, test } from "vitest";
import { clientAddress, DEFAULT_TRUSTED_PROXIES, parseTrustedProxies } from "./client-address.ts";

const LOCAL = DEFAULT_TRUSTED_PROXIES;
const BALANCER = ["10.0.0.0/24", "fd00::/8"];

test.each([
  ["a browser that connects directly", LOCAL, "203.0.113.7", null, "203.0.113.7"],
  ["a client that makes up a header", LOCAL, "203.0.113.7", "198.51.100.1", "203.0.113.7"],
  ["a proxy on this machine", LOCAL, "127.0.0.1", "203.0.113.7", "203.0.113.7"],
  [
    "the same, as a socket for both families says it",
    LOCAL,
    "::ffff:127.0.0.1",
    "203.0.113.7",
    "203.0.113.7",
  ],
  ["a client that makes up a hop before the proxy", LOCAL, "::1", "198.51.100.1, 203.0.113.7", "203.0.113.7"],
  ["two proxies", BALANCER, "fd00::5", "198.51.100.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"],
  ["a proxy that nobody trusts", BALANCER, "10.0.1.9", "203.0.113.7", "10.0.1.9"],
  ["a trusted proxy itself", BALANCER, "10.0.0.9", null, "10.0.0.9"],
  ["a hop that is no address", LOCAL, "127.0.0.1", "203.0.113.7, unknown", "unknown"],
  ["a host that mounts us", LOCAL, undefined, "203.0.113.7", "203.0.113.7"],
  ["a host that says nothing", LOCAL, undefined, null, undefined],
])("the client of %s", (_name, proxies, connectedFrom, forwardedFor, expected) => {
  expect(clientAddress(parseTrustedProxies(proxies), connectedFrom, forwardedFor)).toBe(expected);
});

test.each(["proxy.internal", "10.0.0.0/33", "::1/129", "10.0.0.0/", "*"])(
  "%s is no trusted proxy",
  (entry) => {
    expect(() => parseTrustedProxies([entry])).toThrow(
      expect.objectContaining({ code: "invalid_configuration" }),
    );
  },
);
