// zod as the dashboard uses it. Loaded before any schema is made: one that is made earlier would probe for `eval`, which
// the Content-Security-Policy refuses and the console reports.
import { config, type core } from "zod";

config({ jitless: true, customError: plainWords });

/** What people are told where a schema has no words of its own. */
function plainWords(issue: core.$ZodRawIssue): string {
  if (isEmpty(issue.input)) return "Fill this in";
  if (issue.code === "too_small") return `${issue.minimum}${unitOf(issue)} or more`;
  if (issue.code === "too_big") return `${issue.maximum}${unitOf(issue)} or less`;
  if (issue.code === "invalid_value") return `One of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_type" && issue.expected === "int") return "A whole number";
  if (issue.code === "invalid_format" && issue.format === "email")
    return "An e-mail address, such as name@example.com";
  return "Not of the right form";
}

function isEmpty(input: unknown): boolean {
  return input === undefined || input === null || (typeof input === "string" && input.trim() === "");
}

function unitOf({ origin }: { readonly origin: string }): string {
  return origin === "string" ? " characters" : "";
}
