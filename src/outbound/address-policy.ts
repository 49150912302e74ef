/**
 * Which addresses may be reached by requests whose URL a tenant chose. Pure.
 *
 * A URL is judged here by what it says. What its host name resolves to is known at connect time only, and is judged
 * there by the same rule (`guarded-connector.ts`).
 */
import { isIP, isIPv6 } from "node:net";
import ipaddr, { type IPv4, type IPv6 } from "ipaddr.js";
import { AppError } from "../base/errors.ts";

/** A host that the operator vouches for, wherever it resolves to. */
export interface AllowedHost {
  /** As a URL has it, without the brackets of an IPv6 address and without a dot at the end. */
  readonly hostname: string;
  /** Undefined stands for every port. */
  readonly port: string | undefined;
}

type Origin = Pick<URL, "protocol" | "hostname" | "port">;

/** All that IANA has given out of IPv6; whatever lies outside leads to a network of somebody's own, or nowhere. */
const IPV6_GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

/** Public by its number, but answered by the virtual machine's own host: Azure's wire server. */
const ANSWERED_BY_THE_HOST = ["168.63.129.16"];

/**
 * Whether an IP address, in the notation that a resolver or a URL gives it, is one of the public internet. Ranges for
 * special use (RFC 6890) are not, and no way of wrapping an IPv4 address into an IPv6 one is but the mapped form, which
 * is judged as the IPv4 address that it reaches.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parseAddress(address);
  if (parsed?.range() !== "unicast" || ANSWERED_BY_THE_HOST.includes(parsed.toString())) return false;
  return parsed.kind() === "ipv4" || parsed.match(IPV6_GLOBAL_UNICAST);
}

/** ipaddr.js reads ::8.8.8.8 as ::ffff:8.8.8.8, which is another address; the notation of URLs has no such cases. */
function parseAddress(address: string): IPv4 | IPv6 | undefined {
  if (isIP(address) === 0) return undefined;
  const url = URL.parse(isIPv6(address) ? `http://[${address}]` : `http://${address}`);
  return url ? ipaddr.process(bare(url.hostname)) : undefined;
}

const ENTRY = /^(?<host>\[[^\]]*\]|[^[\]:/?#@\\\s]+)(?::(?<port>\d{1,5}))?$/;
const CANONICAL_HOST = /^(?:\[[0-9a-f:]+\]|[a-z0-9._-]+)$/;

/**
 * Reads the operator's list. An entry is a host name or an IP address, alone or with a port: `agents.internal`,
 * `10.0.0.5:8080`, `[fd00::5]:8080`, `fd00::5`. No patterns: a name that was not meant must not be let in.
 *
 * @throws AppError `invalid_configuration`
 */
export function parseAllowedHosts(entries: readonly string[]): readonly AllowedHost[] {
  return entries.map(parseAllowedHost);
}

function parseAllowedHost(entry: string): AllowedHost {
  const { host, port } = ENTRY.exec(isIPv6(entry) ? `[${entry}]` : entry)?.groups ?? {};
  const url = URL.parse(`http://${host}:${port ?? ""}`);
  if (host === undefined || !url || !CANONICAL_HOST.test(url.hostname)) {
    const detail =
      `"${entry}" cannot be an allowed private host. Name one host, with or without a port, ` +
      "such as agents.internal:8080 or 10.0.0.5.";
    throw new AppError("invalid_configuration", { detail });
  }
  return { hostname: bare(url.hostname), port: port === undefined ? undefined : String(Number(port)) };
}

/** Exact: a list entry covers neither subdomains nor another notation of an address as IPv6. */
export function isAllowedHost(allowed: readonly AllowedHost[], origin: Origin): boolean {
  const hostname = bare(origin.hostname);
  const port = origin.port || (origin.protocol === "https:" ? "443" : "80");
  return allowed.some((host) => host.hostname === hostname && [undefined, port].includes(host.port));
}

const WAY_OUT =
  "Give an https:// address of the public internet. " +
  "Whoever operates this server can allow single hosts of a private network.";

/**
 * Why a URL is refused already as it is written, in sentences for the person who gave it; undefined when nothing is
 * wrong with it. For the moment at which it is configured, and before each hop. It keeps nobody out by itself: a name
 * that is fine here may resolve to anything. Every port is fine: with https on it, no other protocol understands us.
 */
export function whyUrlRefused(allowed: readonly AllowedHost[], text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return `The address is not a URL. ${WAY_OUT}`;
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return `The address begins with ${url.protocol}, which is not spoken here. ${WAY_OUT}`;
  }
  if (url.username !== "" || url.password !== "") {
    return "The address contains a user name or a password, which would not be sent. Take them out of it.";
  }
  if (isAllowedHost(allowed, url)) return undefined;
  if (url.protocol === "http:") {
    return `The address begins with http://, so anybody on the way could read and change what is sent. ${WAY_OUT}`;
  }
  return isPrivateHost(bare(url.hostname))
    ? `The address leads into a private network. ${WAY_OUT}`
    : undefined;
}

function isPrivateHost(hostname: string): boolean {
  // The resolver would say the same about localhost, but only once a call is waiting.
  if (hostname === "localhost" || hostname.endsWith(".localhost")) return true;
  return isIP(hostname) !== 0 && !isPublicAddress(hostname);
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}
