import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, responses } from "../api/api.ts";
import type { Actor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";

const sessionSchema = z
  .object({
    signIn: z.enum(["switchhook", "host"]).meta({
      description:
        "Who knows who one is: Switchhook, under /api/auth, or the application that it is a part of",
    }),
    actor: z
      .object({ organizationId: z.string(), userId: z.string(), role: z.enum(["owner", "admin", "member"]) })
      .nullable()
      .meta({ description: "null: nobody that is known, or nobody who acts for an organization" }),
    isWithoutOrganization: z.boolean().meta({
      description: "Somebody is signed in, but is no member of the organization that the session acts for",
    }),
  })
  .meta({ id: "Session" });

const get = createRoute({
  method: "get",
  path: "/api/session",
  tags: ["Session"],
  summary: "Say who is asking, and where one signs in",
  security: [],
  responses: responses(200, sessionSchema, "Also for those who are not signed in"),
});

interface SessionDeps {
  readonly signIn: z.infer<typeof sessionSchema>["signIn"];
  readonly whoAsks: (request: Request) => Promise<Actor | undefined>;
}

/** What a page has to know before it can show anything; therefore open to nobody in particular. */
export function sessionRoutes({ signIn, whoAsks }: SessionDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(get, async (c) => {
    const found = await whoAsks(c.req.raw).catch(unlessWithoutOrganization);
    const isWithoutOrganization = found === "no_organization";
    const actor = found && !isWithoutOrganization ? actorView(found) : null;
    return c.json({ signIn, actor, isWithoutOrganization }, 200);
  });
}

function unlessWithoutOrganization(error: unknown): "no_organization" {
  if (error instanceof AppError && error.code === "no_organization") return error.code;
  throw error;
}

function actorView({ orgId, userId, role }: Actor) {
  return { organizationId: orgId, userId, role };
}
