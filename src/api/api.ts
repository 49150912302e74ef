// What the routes of every folder share: who is asking, and how requests and problems look.
import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Actor } from "../auth/actor.ts";
import { isComparable } from "../base/clock.ts";
import { AppError, PROBLEMS } from "../base/errors.ts";
import type { Page } from "../base/page.ts";
import { faultsFrom } from "../base/request-faults.ts";

export interface ApiEnv {
  Variables: {
    readonly actor: Actor;
    /** Whether the actor would be let in still; see `stillAsking`. */
    readonly isStillAsking: () => Promise<boolean>;
    readonly requestId: string;
    /** When an earlier request with the same Idempotency-Key began, of which nobody knows how it ended. */
    readonly unfinishedSince?: Date | undefined;
  };
}

/** A router whose requests are validated by their schemas. @throws AppError `invalid_input` */
export function createApi(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw invalidInput(result.error.issues);
    },
  });
}

/** The problem of a request whose members are wrong. */
export function invalidInput(issues: Parameters<typeof faultsFrom>[0]): AppError {
  const errors = faultsFrom(issues);
  return new AppError("invalid_input", {
    detail: errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; "),
    extensions: { errors },
  });
}

const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [keyof typeof PROBLEMS]),
    detail: z.string().optional(),
    requestId: z.string(),
  })
  .meta({ id: "Problem", description: "RFC 9457; each code has a page at its type." });

/** What any route may answer instead. */
export const problemAnswer = {
  description: "A problem",
  content: { "application/problem+json": { schema: problemSchema } },
};

/** The `responses` of a route: one success, and problems for everything else. */
export function responses<S extends number, T extends z.ZodType>(status: S, schema: T, description: string) {
  const success = { description, content: { "application/json": { schema } } };
  return { [status]: success, default: problemAnswer } as { [K in S]: typeof success } & {
    default: typeof problemAnswer;
  };
}

export function jsonBody<T extends z.ZodType>(schema: T, required = true) {
  return { body: { required, content: { "application/json": { schema } } } };
}

export const pageQuery = z.object({
  cursor: z.string().max(200).optional().meta({ description: "nextCursor of the page before" }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const nextCursorSchema = z.string().nullable().meta({ description: "null on the last page" });

type PageMembers<Name extends string, Rows, Cursor> = {
  [K in Name | "nextCursor"]: K extends "nextCursor" ? Cursor : Rows;
};

/** The `responses` of a route that lists. @param name of the member that has the rows */
export function pageResponses<Name extends string, Row extends z.ZodType>(
  name: Name,
  row: Row,
  description = "A page",
) {
  const members = { [name]: z.array(row), nextCursor: nextCursorSchema };
  const shape = members as PageMembers<Name, z.ZodArray<Row>, typeof nextCursorSchema>;
  return responses(200, z.object(shape), description);
}

/** A page as `pageResponses` describes it. */
export function pageView<Name extends string, Row, View>(
  name: Name,
  { rows, nextCursor }: Page<Row>,
  view: (row: Row) => View,
): PageMembers<Name, View[], string | null> {
  const body = { [name]: rows.map((row) => view(row)), nextCursor: nextCursor ?? null };
  return body as PageMembers<Name, View[], string | null>;
}

export const timestamp = z.iso.datetime();
/** One end of a range of time. */
export const timeQuery = z.iso
  .datetime({ offset: true })
  .refine((text) => isComparable(new Date(text)), "Between 1970 and 9999")
  .optional();
