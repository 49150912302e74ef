import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAllowedHost, isPublicAddress, parseAllowedHosts, whyUrlRefused } from "./address-policy.ts";

describe("an address of the public internet", () => {
  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:82a::200e",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
    "::ffff:808:808",
    "::FFFF:8.8.8.8",
  ])("may be reached: %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("an address that is not public, or not one machine's", () => {
  test.each([
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.254"],
    ["this host", "0.0.0.0"],
    ["this network", "0.1.2.3"],
    ["private", "10.0.0.1"],
    ["private", "10.255.255.255"],
    ["private", "172.16.0.0"],
    ["private", "172.31.255.255"],
    ["private", "192.168.0.1"],
    ["link-local", "169.254.0.1"],
    ["a cloud's metadata", "169.254.169.254"],
    ["a container's metadata", "169.254.170.2"],
    ["Alibaba's metadata", "100.100.100.200"],
    ["Oracle's metadata", "192.0.0.192"],
    ["Azure's wire server", "168.63.129.16"],
    ["a carrier's NAT", "100.64.0.0"],
    ["a carrier's NAT", "100.127.255.255"],
    ["protocol assignments", "192.0.0.1"],
    ["documentation", "192.0.2.1"],
    ["documentation", "198.51.100.1"],
    ["documentation", "203.0.113.1"],
    ["6to4 relays", "192.88.99.1"],
    ["benchmarking", "198.18.0.1"],
    ["benchmarking", "198.19.255.255"],
    ["AS112", "192.175.48.1"],
    ["AMT", "192.52.193.1"],
    ["multicast", "224.0.0.1"],
    ["multicast", "239.255.255.255"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["unspecified", "::"],
    ["loopback", "::1"],
    ["loopback, written out", "0:0:0:0:0:0:0:1"],
    ["link-local", "fe80::1"],
    ["link-local with a zone", "fe80::1%eth0"],
    ["site-local", "fec0::1"],
    ["unique local", "fc00::1"],
    ["unique local", "fdff::1"],
    ["AWS's metadata", "fd00:ec2::254"],
    ["multicast", "ff02::1"],
    ["mapped loopback", "::ffff:127.0.0.1"],
    ["mapped loopback in hex", "::ffff:7f00:1"],
    ["mapped metadata", "::ffff:169.254.169.254"],
    ["mapped Azure", "::ffff:168.63.129.16"],
    ["mapped private", "::ffff:10.0.0.1"],
    ["IPv4-compatible loopback", "::127.0.0.1"],
    ["IPv4-compatible public", "::8.8.8.8"],
    ["IPv4-translated", "::ffff:0:8.8.8.8"],
    ["NAT64", "64:ff9b::8.8.8.8"],
    ["NAT64 of a private address", "64:ff9b::a00:1"],
    ["local NAT64", "64:ff9b:1::a00:1"],
    ["6to4", "2002:7f00:1::"],
    ["6to4 of a public address", "2002:808:808::1"],
    ["Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    ["documentation", "2001:db8::1"],
    ["documentation", "3fff::1"],
    ["benchmarking", "2001:2::1"],
    ["ORCHID", "2001:20::1"],
    ["discard", "100::1"],
    ["segment routing", "5f00::1"],
    ["not given out by IANA", "4000::1"],
    ["not given out by IANA", "e000::1"],
  ])("is refused: %s, %s", (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    "",
    " ",
    "localhost",
    "8.8.8.8.",
    " 8.8.8.8",
    "8.8.8.8:443",
    "8.8.8",
    "134744072",
    "0x8080808",
    "010.8.8.8",
    "8.8.8.256",
    "[2606:4700::1]",
    "2606:4700::1::2",
    "::ffff:8.8.8.8.8",
  ])("is refused because it is none, or in no notation that a resolver uses: %j", (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  test("gains nothing by being written as IPv6", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublicAddress(address));
      }),
    );
  });
});

describe("a URL that a tenant gives", () => {
  test.each([
    "https://example.com",
    "https://example.com/hook?token=a%20b#part",
    "https://EXAMPLE.com./hook",
    "https://example.com:8443/hook",
    "https://example.com:25",
    "https://8.8.8.8/hook",
    "https://[2606:4700:4700::1111]/hook",
    "https://[::ffff:8.8.8.8]/hook",
    "https://münchen.example",
    "https://localhost.example.com",
    "https://127.0.0.1.example.com",
  ])("is fine: %s", (url) => {
    expect(whyUrlRefused([], url)).toBeUndefined();
  });

  test.each([
    ["loopback", "https://127.0.0.1"],
    ["a short form", "https://127.1"],
    ["decimal", "https://2130706433"],
    ["hexadecimal", "https://0x7f000001"],
    ["hexadecimal parts", "https://0x7f.0.0.0x1"],
    ["octal", "https://0177.0.0.1"],
    ["octal as a whole", "https://017700000001"],
    ["a dot at the end", "https://127.0.0.1."],
    ["full-width digits", "https://１２７.0.0.1"],
    ["an ideographic full stop", "https://127。0。0。1"],
    ["percent-encoded", "https://%31%32%37.0.0.1"],
    ["this host", "https://0"],
    ["private, decimal", "https://167772161"],
    ["metadata", "https://169.254.169.254/latest/meta-data"],
    ["metadata, decimal", "https://2852039166"],
    ["IPv6 loopback", "https://[::1]"],
    ["IPv6 loopback, written out", "https://[0000:0:0:0:0:0:0:0001]:8443"],
    ["mapped", "https://[::ffff:127.0.0.1]"],
    ["mapped in hex", "https://[::ffff:7f00:1]"],
    ["NAT64", "https://[64:ff9b::7f00:1]"],
    ["localhost", "https://localhost:8443/hook"],
    ["LOCALHOST", "https://LOCALHOST"],
    ["localhost.", "https://localhost."],
    ["a name under localhost", "https://agent.localhost"],
    ["a name under localhost.", "https://agent.LocalHost."],
    ["full-width letters", "https://ｌocalhost"],
  ])("is refused for leading into a private network: %s", (_name, url) => {
    expect(whyUrlRefused([], url)).toMatch(/^The address leads into a private network\. Give an https/);
  });

  test.each([
    ["", "is not a URL"],
    ["example.com/hook", "is not a URL"],
    ["//example.com", "is not a URL"],
    ["https://", "is not a URL"],
    ["https://exa mple.com", "is not a URL"],
    ["https://[::1", "is not a URL"],
    ["https://[fe80::1%25eth0]", "is not a URL"],
    ["https://example.com:99999", "is not a URL"],
    ["https://1.2.3.256", "is not a URL"],
    ["https://exa\0mple.com", "is not a URL"],
    ["http://example.com", "begins with http://"],
    ["HTTP://EXAMPLE.COM", "begins with http://"],
    ["http://127.0.0.1", "begins with http://"],
    ["ftp://example.com", "begins with ftp:"],
    ["file:///etc/passwd", "begins with file:"],
    ["javascript:alert(1)", "begins with javascript:"],
    ["data:text/plain,x", "begins with data:"],
    ["gopher://example.com", "begins with gopher:"],
    ["ws://example.com", "begins with ws:"],
    ["https://user:pass@example.com", "contains a user name or a password"],
    ["https://user@example.com", "contains a user name or a password"],
    ["https://:pass@example.com", "contains a user name or a password"],
    ["https://example.com@10.0.0.1", "contains a user name or a password"],
  ])("is refused with a sentence that says why: %j", (url, why) => {
    expect(whyUrlRefused([], url)).toContain(`The address ${why}`);
  });

  test("is not quoted, because it may hold a secret", () => {
    for (const url of ["http://example.com/s3cret", "https://a:s3cret@example.com", "s3cret"]) {
      expect(whyUrlRefused([], url)).not.toContain("s3cret");
    }
  });
});

describe("a host that the operator allows", () => {
  const allowed = parseAllowedHosts([
    "agents.internal",
    "Sink.Internal:8080",
    "10.0.0.5",
    "127.0.0.1:9000",
    "fd00::5",
    "[FD00:0::6]",
    "[::1]:9000",
    "localhost:443",
    "my_service:80",
    "münchen.internal",
  ]);

  test.each([
    "http://agents.internal",
    "https://agents.internal:1234/hook",
    "http://AGENTS.internal./hook",
    "http://sink.internal:8080",
    "https://sink.internal:8080",
    "http://10.0.0.5:81",
    "http://0xa000005",
    "http://127.0.0.1:9000",
    "http://[fd00::5]",
    "http://[fd00:0:0::6]:7000",
    "http://[::1]:9000",
    "https://localhost",
    "http://my_service",
    "http://xn--mnchen-3ya.internal",
  ])("may be reached over http, and over https: %s", (url) => {
    expect(whyUrlRefused(allowed, url)).toBeUndefined();
  });

  test.each([
    ["a name under it", "http://a.agents.internal"],
    ["a name that ends like it", "http://badagents.internal"],
    ["a name that begins like it", "http://agents.internal.example.com"],
    ["another port", "http://sink.internal:8081"],
    ["another port by default", "http://sink.internal"],
    ["another address", "https://10.0.0.6"],
    ["the same address in IPv6", "https://[::ffff:10.0.0.5]"],
    ["an address whose end is its port", "https://[::1:9000]"],
    ["another port of an address", "http://127.0.0.1:9001"],
    ["http where the port is that of https", "http://localhost"],
  ])("does not let in %s", (_name, url) => {
    expect(whyUrlRefused(allowed, url)).toBeDefined();
    expect(isAllowedHost(allowed, new URL(url))).toBe(false);
  });

  test.each([
    ["credentials", "https://user:pass@agents.internal"],
    ["another scheme", "ftp://agents.internal"],
  ])("may still not have %s", (_name, url) => {
    expect(whyUrlRefused(allowed, url)).toBeDefined();
  });

  test.each([
    "",
    " ",
    "http://agents.internal",
    "agents.internal/hook",
    "agents.internal:",
    "agents.internal:http",
    "agents.internal:70000",
    "agents.internal:80:80",
    "user@agents.internal",
    "*.internal",
    "*",
    "10.0.0.0/8",
    "[fd00::5",
    "[fd00::zz]",
    "fd00::5::6",
    "a b",
    "a,b",
  ])("must be named so that one host is meant: %j", (entry) => {
    expect(() => parseAllowedHosts([entry])).toThrow(
      expect.objectContaining({
        code: "invalid_configuration",
        detail: expect.stringContaining(`"${entry}" cannot be`),
      }),
    );
  });
});
