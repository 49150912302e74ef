// The headers of a sink, which are secrets: what is stored opens for no other organization's sink.
import type { Vault } from "../base/vault.ts";
import type { Sink, SinkHeaders } from "./sink.ts";

export function sealHeaders(vault: Vault, orgId: string, headers: SinkHeaders): string {
  return vault.seal(JSON.stringify(headers), sinkName(orgId));
}

/** @throws AppError `credentials_unreadable` */
export function openHeaders(vault: Vault, { orgId, headers }: Pick<Sink, "orgId" | "headers">): SinkHeaders {
  // Only ever written by sealHeaders, and authenticated by the cipher.
  return JSON.parse(vault.open(headers, sinkName(orgId))) as SinkHeaders;
}

/** The same, or undefined for headers that were sealed with a secret that is gone: giving them anew is the way out. */
export function readableHeaders(
  vault: Vault,
  sink: Pick<Sink, "orgId" | "headers">,
): SinkHeaders | undefined {
  try {
    return openHeaders(vault, sink);
  } catch {
    return undefined;
  }
}

function sinkName(orgId: string): string {
  return `usage_sink:${orgId}`;
}
