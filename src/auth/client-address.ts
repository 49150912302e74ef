// Whose attempts to sign in count together. A client writes X-Forwarded-For as it likes, so only the part is believed
// that a trusted proxy has added.
import { BlockList, isIP, isIPv6 } from "node:net";
import { AppError } from "../base/errors.ts";

/** A proxy on the same machine; nobody else reaches a server that listens on the loopback. */
export const DEFAULT_TRUSTED_PROXIES = ["127.0.0.0/8", "::1"];

/** The header in which better-auth is told the client's address; what a client sends under this name is dropped. */
export const CLIENT_ADDRESS_HEADER = "x-switchhook-client-address";

const ENTRY = /^(?<address>[^/]+)(?:\/(?<prefix>\d{1,3}))?$/;

/** @throws AppError `invalid_configuration` when an entry is neither an IP address nor a CIDR range */
export function parseTrustedProxies(entries: readonly string[]): BlockList {
  const proxies = new BlockList();
  for (const entry of entries) {
    const { address = "", prefix } = ENTRY.exec(entry)?.groups ?? {};
    const bits = isIPv6(address) ? 128 : 32;
    const length = Number(prefix ?? bits);
    if (isIP(address) === 0 || length > bits) {
      const detail = `"${entry}" cannot be a trusted proxy. Name its address or range, such as 10.0.0.5 or 10.0.0.0/24.`;
      throw new AppError("invalid_configuration", { detail });
    }
    proxies.addSubnet(address, length, familyOf(address));
  }
  return proxies;
}

/**
 * The address that the last proxy of ours was connected to from. Without a connection, as in an app that a host mounts,
 * the host's X-Forwarded-For is believed.
 *
 * @returns undefined when nothing says it
 */
export function clientAddress(
  proxies: BlockList,
  connectedFrom: string | undefined,
  forwardedFor: string | null,
): string | undefined {
  const forwarded = (forwardedFor ?? "").split(",").flatMap((hop) => hop.trim() || []);
  const hops = connectedFrom === undefined ? forwarded : [...forwarded, connectedFrom];
  return hops.findLast((hop) => isIP(hop) === 0 || !proxies.check(hop, familyOf(hop))) ?? hops[0];
}

/** The same request, which says its client's address in the header for it. */
export function withClientAddress(
  request: Request,
  proxies: BlockList,
  connectedFrom: string | undefined,
): Request {
  const headers = new Headers(request.headers);
  headers.delete(CLIENT_ADDRESS_HEADER);
  const address = clientAddress(proxies, connectedFrom, headers.get("x-forwarded-for"));
  if (address !== undefined) headers.set(CLIENT_ADDRESS_HEADER, address);
  return new Request(request, { headers });
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}
