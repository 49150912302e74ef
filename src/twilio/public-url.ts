/**
 * Under which URL does Twilio reach this server? Pure: the environment is an argument. This file must never look at a
 * request: a base URL that a caller can choose is a base URL that a caller can take over.
 */
import { BlockList, isIP } from "node:net";
import { AppError } from "../base/errors.ts";

export interface PublicUrl {
  /** Origin and optional path prefix, without a trailing slash. */
  readonly url: string;
  readonly source: "PUBLIC_URL" | "vercel" | "railway" | "render" | "fly" | "localhost";
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The base URL: `PUBLIC_URL`, else the hosting platform's, else localhost. An empty variable counts as not set.
 *
 * Throws `invalid_configuration` when the URL is not http(s), or has a query, a fragment or credentials.
 */
export function publicUrlFrom(env: Environment, port: number): PublicUrl {
  if (env.PUBLIC_URL) return { url: baseUrl("PUBLIC_URL", env.PUBLIC_URL), source: "PUBLIC_URL" };
  // https://vercel.com/docs/environment-variables/system-environment-variables
  const vercelDomain = vercelDomainFrom(env);
  if (vercelDomain) return { url: baseUrl("Vercel's domain", `https://${vercelDomain}`), source: "vercel" };
  // https://docs.railway.com/reference/variables
  if (env.RAILWAY_PUBLIC_DOMAIN) {
    const url = baseUrl("RAILWAY_PUBLIC_DOMAIN", `https://${env.RAILWAY_PUBLIC_DOMAIN}`);
    return { url, source: "railway" };
  }
  // https://render.com/docs/environment-variables: the one that already has its scheme
  if (env.RENDER_EXTERNAL_URL) {
    return { url: baseUrl("RENDER_EXTERNAL_URL", env.RENDER_EXTERNAL_URL), source: "render" };
  }
  // https://fly.io/docs/machines/runtime-environment
  if (env.FLY_APP_NAME) {
    return { url: baseUrl("FLY_APP_NAME", `https://${env.FLY_APP_NAME}.fly.dev`), source: "fly" };
  }
  return { url: `http://localhost:${port}`, source: "localhost" };
}

/** `VERCEL_URL` names one deployment; in production numbers must follow the project to its next deployment. */
function vercelDomainFrom(env: Environment): string | undefined {
  // `vercel dev` runs on this machine, whatever the variables that it pulled say.
  if (env.VERCEL_ENV === "development") return undefined;
  if (env.VERCEL_ENV !== "production") return env.VERCEL_URL;
  return env.VERCEL_PROJECT_PRODUCTION_URL || env.VERCEL_URL;
}

/** The messages never quote the value, and there is no cause that would: it may hold a password. */
export function baseUrl(name: string, value: string): string {
  const url = URL.parse(value);
  if (!url) throw invalidUrl(`${name} is not a URL. Set PUBLIC_URL to something like https://example.com.`);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalidUrl(`${name} must begin with https:// or http://.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw invalidUrl(
      `${name} must not contain a user name or a password: Twilio drops them before it signs.`,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw invalidUrl(
      `${name} must end with the host or a path, without "?" or "#": paths are appended to it.`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function invalidUrl(detail: string): AppError {
  return new AppError("invalid_configuration", { detail });
}

const NOT_PUBLIC = notPublicAddresses();

const WAY_OUT =
  "set PUBLIC_URL to an address that the internet can reach, such as your domain's, or a tunnel's while developing";

/**
 * Why Twilio would refuse webhooks under this URL or never reach them, and the way out, in one sentence; undefined when
 * nothing is wrong with it. Twilio answers the worst of these with error 21402 at the moment of the write; knowing it
 * beforehand saves the write and its rollback.
 */
export function whyTwilioRefuses(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed) return `The public URL is not a URL; ${WAY_OUT}.`;
  const { protocol, hostname } = parsed;
  if (protocol !== "https:" && protocol !== "http:") {
    return `Twilio sends webhooks to https and http only, not to ${protocol}//; ${WAY_OUT}.`;
  }
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const problem = isIP(host) === 0 ? problemOfName(host) : problemOfAddress(host);
  return problem && `${problem}; ${WAY_OUT}.`;
}

function problemOfName(host: string): string | undefined {
  if (host === "localhost" || host.endsWith(".localhost")) {
    return `${host} is this machine alone, and Twilio cannot reach it`;
  }
  // "Must have a valid hostname, underscores are not permitted", Twilio says about callback URLs.
  if (host.includes("_")) return `Twilio refuses host names with an underscore, such as ${host}`;
  if (!host.includes(".")) return `${host} is a name of a local network, and Twilio cannot resolve it`;
  // Reserved for private networks: RFC 6762 and ICANN's resolution of 2024-07-29.
  const isPrivate = /\.(local|internal)$/.test(host);
  return isPrivate ? `${host} is a name of a private network, and Twilio cannot resolve it` : undefined;
}

function problemOfAddress(address: string): string | undefined {
  if (!NOT_PUBLIC.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")) return undefined;
  return `${address} is not an address of the public internet, and Twilio cannot reach it`;
}

/** The special-purpose ranges of RFC 6890 that people do set by mistake. IPv4 rules also hold for IPv4-mapped IPv6. */
function notPublicAddresses(): BlockList {
  const list = new BlockList();
  list.addSubnet("0.0.0.0", 8); // this host
  list.addSubnet("10.0.0.0", 8); // private
  list.addSubnet("100.64.0.0", 10); // shared by a carrier's customers, and by Tailscale
  list.addSubnet("127.0.0.0", 8); // loopback
  list.addSubnet("169.254.0.0", 16); // link-local
  list.addSubnet("172.16.0.0", 12); // private
  list.addSubnet("192.168.0.0", 16); // private
  list.addSubnet("224.0.0.0", 3); // multicast, reserved, broadcast
  list.addAddress("::", "ipv6"); // this host
  list.addAddress("::1", "ipv6"); // loopback
  list.addSubnet("fc00::", 7, "ipv6"); // private
  list.addSubnet("fe80::", 10, "ipv6"); // link-local
  list.addSubnet("ff00::", 8, "ipv6"); // multicast
  return list;
}
