/**
 * Opens the connections of `outbound-client.ts`, to nothing but public addresses and the hosts that the operator allows.
 * The addresses that are judged here are the very ones that are connected to, so a name that resolves to something else
 * a moment later gains nothing. A connection that is kept for reuse was judged when it was made, and stays where it is.
 */
import type { LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { callbackify } from "node:util";
import { buildConnector } from "undici";
import { type AllowedHost, isAllowedHost, isPublicAddress } from "./address-policy.ts";
import type { Lookup } from "./name-lookup.ts";

type Connector = ReturnType<typeof buildConnector>;

const CONNECT_TIMEOUT_MS = 10_000;

export class RefusedAddressError extends Error {
  override readonly name = "RefusedAddressError";
}

export interface Lookups {
  /** Of hosts that the operator allows. */
  readonly ofAllowed: Lookup;
  readonly ofOthers: Lookup;
}

export function guardedConnector(allowed: readonly AllowedHost[], lookups: Lookups): Connector {
  const trusting = connectorWith(lookups.ofAllowed);
  const guarded = connectorWith(publicOnly(lookups.ofOthers));
  return (options, callback) => {
    const { hostname, protocol, port } = options;
    const connect = isAllowedHost(allowed, { hostname, protocol, port }) ? trusting : guarded;
    connect(options, callback);
  };
}

/**
 * A lookup that fails when any of the addresses is not public: a host that mixes them is either an attack or a mistake,
 * and which of them a connection is made to is left to chance. An address in place of a name is never looked up, so
 * `whyUrlRefused` judges those before each hop.
 */
export function publicOnly(lookup: Lookup): Lookup {
  return async (hostname) => {
    const addresses = await lookup(hostname);
    if (addresses.every(({ address }) => isPublicAddress(address))) return addresses;
    throw new RefusedAddressError(`${hostname} has an address that is not public`);
  };
}

function connectorWith(lookup: Lookup): Connector {
  // With autoSelectFamily Node asks for all addresses, and tries those of the other family when the first do not answer.
  return buildConnector({ lookup: asNodes(lookup), autoSelectFamily: true, timeout: CONNECT_TIMEOUT_MS });
}

function asNodes(lookup: Lookup): LookupFunction {
  return callbackify(async (hostname: string, _options: LookupOptions) => [...(await lookup(hostname))]);
}
