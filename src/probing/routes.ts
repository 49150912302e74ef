import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiEnv, createApi, responses } from "../api/api.ts";
import type { Certificate } from "../outbound/traced-request.ts";
import { phoneNumberIdSchema } from "../phone-numbers/phone-number.ts";
import type { ProbedUrl } from "./probe.ts";
import { type ProbeDeps, probePhoneNumber } from "./probe-service.ts";

const ms = z.int().nullable();

const probedUrlSchema = z
  .object({
    webhook: z.enum(["voice", "message", "status"]),
    url: z.string(),
    ok: z.boolean(),
    problem: z.string().nullable().meta({ description: "What is wrong, and what to do about it" }),
    warning: z.string().nullable().meta({ description: "What will be wrong soon" }),
    status: z.int().nullable().meta({ description: "HTTP status; null without an answer" }),
    address: z.string().nullable().meta({ description: "The IP address that was connected to" }),
    timings: z
      .object({ dnsMs: ms, connectMs: ms, tlsMs: ms, answerMs: ms })
      .meta({ description: "When each stage was over, in milliseconds since the beginning" }),
    totalMs: z.int(),
    certificate: z.object({ protocol: z.string(), issuer: z.string(), validTo: z.iso.datetime() }).nullable(),
  })
  .meta({ id: "ProbedWebhook" });

const probeRoute = createRoute({
  method: "post",
  path: "/api/phone-numbers/{id}/probe",
  tags: ["Assignment"],
  summary:
    "Send the number's webhooks through the public URL, signed as Twilio signs them, and see what becomes of each",
  request: { params: z.object({ id: phoneNumberIdSchema }) },
  responses: responses(
    200,
    z
      .object({ phoneNumberId: z.string(), reachable: z.boolean(), webhooks: z.array(probedUrlSchema) })
      .meta({ id: "Probe" }),
    "What was found",
  ),
});

export function probeRoutes(deps: ProbeDeps): OpenAPIHono<ApiEnv> {
  return createApi().openapi(probeRoute, async (c) => {
    const { phoneNumber, reachable, webhooks } = await probePhoneNumber(
      deps,
      c.var.actor,
      c.req.valid("param").id,
    );
    return c.json({ phoneNumberId: phoneNumber.id, reachable, webhooks: webhooks.map(probedUrlView) }, 200);
  });
}

function probedUrlView({ webhook, url, totalMs, ...found }: ProbedUrl): z.infer<typeof probedUrlSchema> {
  const { dns, connect, tls, answer } = found.timings;
  return {
    webhook,
    url,
    ok: found.problem === undefined,
    problem: found.problem ?? null,
    warning: found.warning ?? null,
    status: found.status ?? null,
    address: found.address ?? null,
    timings: { dnsMs: dns ?? null, connectMs: connect ?? null, tlsMs: tls ?? null, answerMs: answer ?? null },
    totalMs,
    certificate: found.certificate ? certificateView(found.certificate) : null,
  };
}

function certificateView({ validTo, ...rest }: Certificate) {
  return { ...rest, validTo: validTo.toISOString() };
}
