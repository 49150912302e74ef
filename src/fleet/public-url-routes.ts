import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, responses } from "../auth/api.ts";
import type { FleetDeps } from "./fleet-deps.ts";
import { countOwnStaleNumbers } from "./public-url-change.ts";

const show = createRoute({
  method: "get",
  path: "/api/public-url",
  tags: ["Assignment"],
  summary: "Show the base of the URLs that Twilio is given, and how many numbers have an earlier one",
  responses: responses(
    200,
    z
      .object({
        publicUrl: z.string(),
        staleNumbers: z.int().meta({
          description:
            "Assigned numbers of the organization that Twilio still sends to an earlier public URL, which keeps being " +
            "accepted. PUT /api/phone-numbers/webhooks moves them; with dryRun: true it says what it would write.",
        }),
      })
      .meta({ id: "PublicUrl" }),
    "The public URL",
  ),
});

export function publicUrlRoutes(deps: FleetDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(show, async (c) => {
    const staleNumbers = await countOwnStaleNumbers(deps, c.var.actor);
    return c.json({ publicUrl: deps.publicUrl, staleNumbers }, 200);
  });
}
