/**
 * How host names become addresses. The names that a tenant chooses are asked of the name servers directly: Node looks up
 * all others, Twilio's and the database's among them, in a few threads, and a name server that a tenant makes slow would
 * hold these. What only this machine knows, such as its hosts file, is for names that the operator allows.
 */
import { promises as dns, type LookupAddress } from "node:dns";

/** All addresses of a host name, at least one. @throws an error with a code, such as ENOTFOUND, as `dns.lookup` has them */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface NameServerOptions {
  /** Of one try; a second waits twice as long. */
  readonly timeoutMs: number;
  readonly tries: number;
  /** IP addresses, with ports where they are not 53; those of the system unless given. */
  readonly servers?: readonly string[];
}

/** Well within the time in which a connection must come about. */
const DEFAULTS: NameServerOptions = { timeoutMs: 2_000, tries: 2 };

/** Asks the system as everything else on the machine does: hosts file, caches and all. In a thread. */
export const systemLookup: Lookup = (hostname) => dns.lookup(hostname, { all: true });

/** Asks name servers and nobody else, in no thread. A name is taken as it is: no search domain is added to it. */
export function nameServerLookup({ timeoutMs, tries, servers }: NameServerOptions = DEFAULTS): Lookup {
  const resolver = new dns.Resolver({ timeout: timeoutMs, tries });
  if (servers) resolver.setServers(servers);
  return async (hostname) => {
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = [...addressesIn(ipv4, 4), ...addressesIn(ipv6, 6)];
    if (addresses.length > 0) return addresses;
    throw lookupError(hostname, [ipv4, ipv6]);
  };
}

function addressesIn(answer: PromiseSettledResult<string[]>, family: 4 | 6): readonly LookupAddress[] {
  return answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];
}

/** There is no such name, or it has no address, or is none. */
const FINAL: readonly unknown[] = ["ENOTFOUND", "ENODATA", "EBADNAME"];

/** Of anything else, such as a name server that refuses a connection, `dns.lookup` says EAI_AGAIN. */
function lookupError(hostname: string, answers: readonly PromiseSettledResult<unknown>[]): Error {
  const causes = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  const passing = causes.find((cause) => !FINAL.includes(cause.code));
  const code = passing === undefined ? "ENOTFOUND" : "EAI_AGAIN";
  return Object.assign(new Error(`${code} ${hostname}`, { cause: passing ?? causes[0] }), { code });
}
