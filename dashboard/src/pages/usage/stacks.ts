// What the bar of a day, or a month, is made of: the kinds, or the agents or numbers that used the most and all others together.
import { useQueries, useQuery } from "@tanstack/react-query";
import { useAgentName } from "../../api/numbers.ts";
import { usePhoneNumberFormat } from "../../components/phone-number.tsx";
import { periodOf } from "./days.ts";
import { KINDS, type Measure, type View } from "./search.ts";
import { amountOf, reportQuery, type UsageQuery, type UsageRow } from "./usage-query.ts";
import { KIND } from "./words.ts";

export interface Stack {
  readonly label: string;
  readonly color: string;
  /** By day or month, as the API writes them. */
  readonly amounts: ReadonlyMap<string, number>;
}

/** Those beyond the first few would be too thin to tell apart. */
const COLORS = ["indigo.5", "teal.5", "grape.5", "lime.6", "orange.6"] as const;
const OTHERS = { label: "Others", color: "gray.5" } as const;

export const STACKED_BY: Record<View, "kind" | "agent" | "number"> = {
  agent: "agent",
  number: "number",
  kind: "kind",
  day: "kind",
  twilio: "kind",
};

export interface Stacks {
  /** Undefined while they are not known. */
  readonly stacks: readonly Stack[] | undefined;
  /** Why they are not known, or may have changed since. */
  readonly error: Error | null;
}

export function useStacks(view: View, query: UsageQuery, measure: Measure): Stacks {
  const by = STACKED_BY[view];
  const kinds = useKindStacks(query, measure, by === "kind");
  const top = useTopStacks(query, measure, by === "kind" ? undefined : by);
  return by === "kind" ? kinds : top;
}

function useKindStacks(query: UsageQuery, measure: Measure, isWanted: boolean): Stacks {
  const { data, error } = useQuery({ ...reportQuery(query, `${periodOf(query)},kind`), enabled: isWanted });
  const stacks =
    data &&
    KINDS.flatMap((kind) => {
      const rows = data.rows.filter((row) => row.kind === kind);
      return rows.length === 0 ? [] : { ...KIND[kind], amounts: amountsByPeriod(rows, measure) };
    });
  return { stacks, error };
}

/** Each of them is asked for by itself: all by the day would be more than a report has, where there are many. */
function useTopStacks(query: UsageQuery, measure: Measure, by: "agent" | "number" | undefined): Stacks {
  const labelOf = useLabel();
  const period = periodOf(query);
  const all = useQuery({ ...reportQuery(query, by ?? period), enabled: by !== undefined });
  const total = useQuery({ ...reportQuery(query, period), enabled: by !== undefined });
  const top = (by === undefined ? [] : (all.data?.rows ?? []))
    .filter((row) => filterFor(row) !== undefined && amountOf(row, measure) > 0)
    .toSorted((one, other) => amountOf(other, measure) - amountOf(one, measure))
    .slice(0, COLORS.length);
  const each = useQueries({
    queries: top.map((row) => reportQuery({ ...query, ...filterFor(row) }, period)),
  });
  const error = [all, total, ...each].find((asked) => asked.error)?.error ?? null;
  // One that is not known would be drawn as nothing, and what it used as that of others.
  if (!all.data || !total.data || each.some(({ data }) => !data)) return { stacks: undefined, error };
  const stacks = top.map((row, index) => ({
    label: labelOf(row),
    color: COLORS[index] ?? OTHERS.color,
    amounts: amountsByPeriod(each[index]?.data?.rows ?? [], measure),
  }));
  const others = theRest(amountsByPeriod(total.data.rows, measure), stacks);
  return { stacks: others.size === 0 ? stacks : [...stacks, { ...OTHERS, amounts: others }], error };
}

function filterFor({ chatbotId, phoneNumberId }: UsageRow) {
  if (phoneNumberId !== undefined) return { phoneNumberId };
  return chatbotId === undefined || chatbotId === null ? undefined : { chatbotId };
}

function useLabel(): (row: UsageRow) => string {
  const agentName = useAgentName();
  const format = usePhoneNumberFormat();
  return ({ chatbotId, phoneNumberId, phoneNumber }) =>
    phoneNumberId === undefined ? agentName(chatbotId ?? "") : format(phoneNumber ?? phoneNumberId);
}

function amountsByPeriod(rows: readonly UsageRow[], measure: Measure): ReadonlyMap<string, number> {
  return new Map(rows.map((row) => [row.day ?? row.month ?? "", amountOf(row, measure)]));
}

/** Amounts of money are not exact here; what is left of them by that is nobody's. */
const LEAST = 1e-6;

function theRest(total: ReadonlyMap<string, number>, stacks: readonly Stack[]): ReadonlyMap<string, number> {
  const rest = [...total].map(([period, amount]) => {
    const known = stacks.reduce((sum, { amounts }) => sum + (amounts.get(period) ?? 0), 0);
    return [period, amount - known] as const;
  });
  return new Map(rest.filter(([, amount]) => amount > LEAST));
}
