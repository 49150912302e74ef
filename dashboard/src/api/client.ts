// The one way to the API. Every answer that is no success throws an ApiProblem.
import createClient, { type Middleware } from "openapi-fetch";
import { reportConnectionLost } from "./connection.ts";
import type { components, paths } from "./openapi.d.ts";
import { ConnectionLost, problemFrom } from "./problem.ts";

export type Schemas = components["schemas"];

type Listener = () => void;
let onSessionExpired: Listener = () => {};

/** Hears of an answer that says that the session has ended. */
export function listenForExpiredSession(listener: Listener): void {
  onSessionExpired = listener;
}

/** `fetch` for what is no part of the OpenAPI document, with the same errors. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  return settled(await reach(new Request(path, init)));
}

const problems: Middleware = {
  onResponse: ({ response }) => settled(response),
};

export const api = createClient<paths>({ baseUrl: location.origin, fetch: reach });
api.use(problems);

/** The data of an answer; those that are no success have thrown before. */
export async function dataOf<T>(answer: Promise<{ readonly data?: T }>): Promise<T> {
  const { data } = await answer;
  if (data === undefined) throw new Error("The API answered without a body");
  return data;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    reportConnectionLost();
    throw new ConnectionLost("The connection to the server was lost", { cause: error });
  }
}

async function settled(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = await problemFrom(response);
  if (problem.problem.code === "unauthenticated" && !new URL(response.url).pathname.startsWith("/api/auth/"))
    onSessionExpired();
  throw problem;
}
