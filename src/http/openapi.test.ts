import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { openTestApp, type TestApp } from "./app.testing.ts";

const mediaTypes = z.record(z.string(), z.looseObject({ schema: z.unknown() }));
const operationSchema = z.looseObject({
  summary: z.string().min(1),
  tags: z.array(z.string()).min(1),
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.enum(["path", "query", "header", "cookie"]),
        required: z.boolean().optional(),
        schema: z.unknown(),
      }),
    )
    .default([]),
  requestBody: z.looseObject({ content: mediaTypes }).optional(),
  responses: z.record(
    z.string().regex(/^([1-5]\d\d|default)$/),
    z.looseObject({ description: z.string().min(1), content: mediaTypes.optional() }),
  ),
});
/** What OpenAPI 3.1 asks of a document, as far as ours goes. https://spec.openapis.org/oas/v3.1.1.html */
const documentSchema = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.looseObject({ title: z.string().min(1), version: z.string().min(1) }),
  servers: z.array(z.looseObject({ url: z.url() })),
  security: z.array(z.record(z.string(), z.array(z.string()))).min(1),
  components: z.strictObject({
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.enum(["apiKey", "http"]) })),
    schemas: z.record(z.string().regex(/^[A-Za-z0-9._-]+$/), z.unknown()),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
  paths: z.record(
    z.string().startsWith("/"),
    z.record(z.enum(["get", "put", "post", "delete", "patch"]), operationSchema.optional()),
  ),
  webhooks: z.record(z.string(), z.unknown()).optional(),
});
type Operation = z.infer<typeof operationSchema>;

let app: TestApp;
let document: z.infer<typeof documentSchema>;
let operations: readonly { readonly name: string; readonly path: string; readonly operation: Operation }[];

beforeAll(async () => {
  app = await openTestApp();
  document = documentSchema.parse(await (await app.request("GET", "/api/openapi.json")).json());
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation ? [{ name: `${method.toUpperCase()} ${path}`, path, operation }] : [],
    ),
  );
});
afterAll(() => app.database.close());

describe("the OpenAPI document", () => {
  test("is of the package's version, and names the ways to say who asks", () => {
    expect(document.info.version).toBe(packageJson.version);
    const named = document.security.flatMap((way) => Object.keys(way));
    expect(named).toEqual(Object.keys(document.components.securitySchemes));
  });

  test("declares the parameters of every path, and each as required", () => {
    for (const { name, path, operation } of operations) {
      const declared = operation.parameters.filter(
        (parameter) => parameter.in === "path" && parameter.required === true,
      );
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect([name, declared.map((parameter) => parameter.name)]).toEqual([name, named]);
    }
  });

  test("says of every operation how it succeeds, and that problems are problem documents", () => {
    for (const { name, operation } of operations) {
      const statuses = Object.keys(operation.responses);
      expect([name, statuses.some((status) => status.startsWith("2"))]).toEqual([name, true]);
      const types = Object.keys(operation.responses.default?.content ?? {});
      expect([name, types]).toEqual([name, ["application/problem+json"]]);
    }
  });

  test("has nothing but valid schemas, and no reference to what is not there", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, "openapi");
    const compile = (pointer: string) => ajv.compile({ $ref: `openapi#${pointer}` });
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => compile(`/components/schemas/${name}`)).not.toThrow();
    }
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)];
    for (const pointer of new Set(references.map(([, target]) => target ?? ""))) {
      expect(() => compile(pointer)).not.toThrow();
    }
    for (const { operation } of operations) {
      const bodies = [operation.requestBody, ...Object.values(operation.responses)];
      const contents = bodies.flatMap((body) => Object.values(body?.content ?? {}));
      for (const { schema } of contents) {
        expect([ajv.validateSchema(rebased(schema)), ajv.errors]).toEqual([true, null]);
      }
    }
  });
});

/** A schema of the document by itself. */
function rebased(schema: unknown): object {
  return z.looseObject({}).parse(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')));
}

/** What the surface promises; hosts are written against these. */
const CONTRACT = [
  "POST /api/phone-numbers/assign",
  "DELETE /api/phone-numbers/assign",
  "GET /api/phone-numbers/webhooks",
  "POST /api/phone-numbers/webhooks",
  "PUT /api/phone-numbers/webhooks",
];
const CALLED_BY_TWILIO = [
  "POST /api/twilio/voice",
  "POST /api/twilio/voice/fallback",
  "POST /api/twilio/voice/ended",
  "POST /api/twilio/webhook",
  "POST /api/twilio/webhook/fallback",
  "POST /api/twilio/status",
];
/** Not for a client of the API: probes, pages for people, and what Twilio calls. Sign-in is better-auth's. */
const NOT_DOCUMENTED = [
  ...CALLED_BY_TWILIO,
  "GET /healthz",
  "GET /readyz",
  "GET /metrics",
  "GET /errors/:code",
  "GET /api/openapi.json",
];

function served(): readonly string[] {
  // "/*" is the dashboard's, and there where it has been built.
  const routes = app.app.routes.filter(({ method, path }) => method !== "ALL" && path !== "/*");
  return [...new Set(routes.map(({ method, path }) => `${method} ${path}`))];
}

describe("the routes", () => {
  test.each([...CONTRACT, ...CALLED_BY_TWILIO])("serve %s", (route) => {
    expect(served()).toContain(route);
  });

  test("are documented, all but those that are not for clients", () => {
    const documented = operations.map(({ name }) => name.replaceAll(/\{(\w+)\}/g, ":$1"));
    const forClients = served().filter((route) => !NOT_DOCUMENTED.includes(route));
    expect(documented.toSorted()).toEqual(forClients.toSorted());
    expect(documented).toEqual(expect.arrayContaining(CONTRACT));
  });

  test("that are not documented exist", () => {
    expect(served()).toEqual(expect.arrayContaining(NOT_DOCUMENTED));
  });
});
