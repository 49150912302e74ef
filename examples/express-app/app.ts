// Switchhook in an app with customers of its own: its HTTP API under /api, and its functions in the app's own routes.
import { getRequestListener } from "@hono/node-server";
import express, { type ErrorRequestHandler, type Express } from "express";
import { type Actor, AppError, type Switchhook } from "switchhook";
import { actorOf } from "./customers.ts";

export function createApp(switchhook: Switchhook): Express {
  const app = express();
  // The whole path, and before anything reads a body: Twilio's signatures are about the body as it came.
  app.all(["/api/*path", "/errors/*path"], getRequestListener(switchhook.fetch));
  app.use(express.json());

  app.get("/my/numbers", async (request, response) => {
    const actor = requireActor(switchhook, request.headers.authorization);
    const { rows } = await switchhook.api.phoneNumbers.list(actor, { limit: 100 });
    response.json(
      rows.map(({ id, e164, assignment }) => ({ id, e164, agentId: assignment?.agentId ?? null })),
    );
  });

  app.put("/my/numbers/:phoneNumberId/agent", async (request, response) => {
    const actor = requireActor(switchhook, request.headers.authorization);
    const { phoneNumberId } = request.params;
    const { agentId = "" } = (request.body ?? {}) as { agentId?: string };
    await switchhook.api.phoneNumbers.assign(actor, { phoneNumberId, agentId, enableSms: true });
    response.status(204).end();
  });

  app.use(answerProblem);
  return app;
}

function requireActor(switchhook: Switchhook, authorization: string | undefined): Actor {
  const actor = actorOf(switchhook, authorization);
  if (!actor) throw new AppError("unauthenticated");
  return actor;
}

/** What Switchhook refuses says why, in words that may be shown. */
const answerProblem: ErrorRequestHandler = (error, _request, response, next) => {
  if (!(error instanceof AppError)) return next(error);
  response.status(error.status).json({ code: error.code, message: error.message });
};
