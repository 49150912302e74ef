// The official SDK's request as it goes over the wire.
import type RequestClient from "twilio/lib/base/RequestClient.js";

export type RequestOptions = Parameters<RequestClient["request"]>[0];

export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** @param baseUrl replaces the origin of every https://PRODUCT.twilio.com */
export function buildRequest(options: RequestOptions, baseUrl: string | undefined): OutgoingRequest {
  const url = new URL(withBase(options.uri, baseUrl));
  for (const [name, value] of formEntries(options.params)) url.searchParams.append(name, value);
  const headers: Record<string, string> = { ...options.headers, Accept: "application/json" };
  const credentials = `${options.username ?? ""}:${options.password ?? ""}`;
  headers.Authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  return { method: options.method.toUpperCase(), url: url.href, headers, body: bodyOf(options, headers) };
}

function withBase(uri: string, baseUrl: string | undefined): string {
  if (baseUrl === undefined) return uri;
  return uri.replace(/^https:\/\/[a-z0-9.-]+\.twilio\.com/, baseUrl);
}

function bodyOf(options: RequestOptions, headers: Record<string, string>): string | undefined {
  if (options.data === undefined) return undefined;
  if (headers["Content-Type"] === "application/json") return JSON.stringify(options.data);
  headers["Content-Type"] = "application/x-www-form-urlencoded";
  return new URLSearchParams(formEntries(options.data)).toString();
}

function formEntries(data: unknown): [string, string][] {
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([name, value]: [string, unknown]) =>
    value === undefined || value === null
      ? []
      : (Array.isArray(value) ? value : [value]).map((item): [string, string] => [name, String(item)]),
  );
}

/** The same for requests that take about as long as each other: what is done, wherever, and for how many at once. */
export function kindOf({ method, url }: OutgoingRequest): string {
  const { pathname, searchParams } = new URL(url);
  const resource = pathname.replaceAll(/[A-Z]{2}[0-9a-f]{32}|%2B\d+/gi, "*");
  return `${method} ${resource} ${searchParams.get("PageSize") ?? ""}`;
}
