// The other process of the test beside: opens the database that it is told, says what came of it, and stays.
import { AppError, messageOf } from "../base/errors.ts";
import { createLogger } from "../base/log.ts";
import { openDatabase } from "./connect.ts";

try {
  await openDatabase(process.argv[2] ?? "", createLogger("silent"));
  process.send?.({ code: "open", detail: "" });
} catch (error) {
  const code = error instanceof AppError ? error.code : "failed";
  process.send?.({ code, detail: error instanceof AppError ? error.detail : messageOf(error) });
}
