import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, responses } from "../auth/api.ts";
import { whyTwilioRefuses } from "../twilio/public-url.ts";

interface PublicUrlDeps {
  readonly publicUrl: string;
  readonly earlierPublicUrls: readonly string[];
  readonly isTwilioReplaced: boolean;
}

const publicUrl = createRoute({
  method: "get",
  path: "/api/public-url",
  tags: ["Assignment"],
  summary: "See under which URL Twilio is to reach this deployment",
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
        isTwilioReplaced: z.boolean().meta({ description: "An emulator or a proxy stands in for Twilio" }),
      })
      .meta({ id: "PublicUrl" }),
    "The public URL",
  ),
});

export function publicUrlRoutes(deps: PublicUrlDeps): OpenAPIHono<ApiEnv> {
  const { publicUrl: url, earlierPublicUrls, isTwilioReplaced } = deps;
  const problem = isTwilioReplaced ? undefined : whyTwilioRefuses(url);
  const earlierUrls = earlierPublicUrls.filter((earlier) => earlier !== url);
  return createApi().openapi(publicUrl, (c) =>
    c.json({ url, problem: problem ?? null, earlierUrls, isTwilioReplaced }, 200),
  );
}
