// The files that an export can be.
import { type CastingContext, stringify } from "csv-stringify/sync";
import { entryView, type UsageEntry } from "./entry.ts";

export const EXPORT_FORMATS = ["csv", "ndjson"] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface FileFormat {
  readonly contentType: string;
  /** The part of the file that is made of these entries. The first part of a file is made even of none. */
  write(entries: readonly UsageEntry[], part: { readonly isFirst: boolean }): string;
}

/** A file's columns are the members of an entry as it is shown. */
const COLUMNS = [
  "id",
  "type",
  "corrects",
  "kind",
  "direction",
  "sid",
  "phoneNumberId",
  "chatbotId",
  "beganAt",
  "day",
  "count",
  "seconds",
  "minutes",
  "segments",
  "provisional",
  "price",
  "priceUnit",
  "recordedAt",
] as const satisfies readonly (keyof ReturnType<typeof entryView>)[];

export const FILE_FORMATS: Record<ExportFormat, FileFormat> = {
  csv: {
    contentType: "text/csv; charset=utf-8",
    write: (entries, { isFirst }) =>
      stringify(entries.map(entryView), {
        header: isFirst,
        columns: [...COLUMNS],
        // A spreadsheet runs a cell that begins with = or + as a formula.
        escape_formulas: true,
        cast: { boolean: String, string: castText },
      }),
  },
  ndjson: {
    contentType: "application/x-ndjson; charset=utf-8",
    write: (entries) => entries.map((entry) => `${JSON.stringify(entryView(entry))}\n`).join(""),
  },
};

/** A correction may take a price back, and the minus sign in front of it begins a number, not a formula. */
function castText(value: string, { column }: CastingContext) {
  if (column !== "price" || !value.startsWith("-")) return value;
  // Missing in the library's type, but one of the options that a cell can overrule.
  const asNumber = { value, escape_formulas: false };
  return asNumber;
}
