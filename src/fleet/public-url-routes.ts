import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, responses } from "../api/api.ts";
import { whyTwilioRefuses } from "../twilio/public-url.ts";
import { countOwnStaleNumbers } from "./public-url-change.ts";

type PublicUrlDeps = Parameters<typeof countOwnStaleNumbers>[0] & {
  readonly publicUrl: string;
  readonly earlierPublicUrls: readonly string[];
  readonly isTwilioReplaced: boolean;
};

const show = createRoute({
  method: "get",
  path: "/api/public-url",
  tags: ["Assignment"],
  summary: "See under which URL Twilio is to reach this deployment, and how many numbers have an earlier one",
  description: "POST /api/phone-numbers/{id}/probe sends a number's webhooks through it.",
  responses: responses(
    200,
    z
      .object({
        url: z.string(),
        problem: z.string().nullable().meta({
          description: "Why Twilio would not reach it, and the way out; null where an emulator may",
        }),
        earlierUrls: z.array(z.string()).meta({ description: "That numbers may still have been given" }),
        staleNumbers: z.int().meta({
          description:
            "Assigned numbers of the organization that Twilio still sends to an earlier public URL, which keeps being " +
            "accepted. PUT /api/phone-numbers/webhooks moves them; with dryRun: true it says what it would write.",
        }),
        isTwilioReplaced: z.boolean().meta({ description: "An emulator or a proxy stands in for Twilio" }),
      })
      .meta({ id: "PublicUrl" }),
    "The public URL",
  ),
});

export function publicUrlRoutes(deps: PublicUrlDeps): OpenAPIHono<ApiEnv> {
  const { publicUrl: url, earlierPublicUrls, isTwilioReplaced } = deps;
  const problem = (isTwilioReplaced ? undefined : whyTwilioRefuses(url)) ?? null;
  return createApi().openapi(show, async (c) => {
    const earlierUrls = earlierPublicUrls.filter((earlier) => earlier !== url);
    const staleNumbers = await countOwnStaleNumbers(deps, c.var.actor);
    return c.json({ url, problem, earlierUrls, staleNumbers, isTwilioReplaced }, 200);
  });
}
