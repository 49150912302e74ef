import type { Instance } from "../instance.ts";
import type { AccountResource } from "../resources.ts";
import type { ApiKeyRecord } from "../state.ts";
import { notFound } from "../twilio-error.ts";

export interface RestRequest {
  readonly method: string;
  /** As sent, undecoded, with .json where the client wrote it. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly json: Record<string, unknown>;
  readonly authorization: string | null;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler needs to answer one request; handlers are synchronous, so each is applied as a whole or not. */
export interface RestContext {
  readonly instance: Instance;
  readonly request: RestRequest;
  /** The account acted on: the path's in the 2010 API, the caller's own elsewhere. */
  readonly account: AccountResource;
  /** The account whose credentials were given. */
  readonly caller: AccountResource;
  readonly apiKey: ApiKeyRecord | null;
  readonly pathParams: Readonly<Record<string, string>>;
}

export type Handler = (context: RestContext) => Reply;

export interface Route {
  readonly method: string;
  /** Segments starting with ":" are parameters; .json is taken off before matching. */
  readonly pattern: string;
  readonly handler: Handler;
}

export function pathParam(context: RestContext, name: string): string {
  return context.pathParams[name] ?? "";
}

export function missing(context: RestContext): Error {
  return notFound(context.request.path);
}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const noContent = (): Reply => ({ status: 204 });
