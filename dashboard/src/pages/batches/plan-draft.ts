// Pure: what the form of a plan holds, where it begins, and the request that it makes.
import type { Schemas } from "../../api/client.ts";
import type { AssignmentChoice } from "../../assigning/choice.ts";
import { assertNever } from "../../components/assert-never.ts";
import type { Health } from "../../components/health.ts";
import type { Verdict } from "../../components/verdict.ts";
import type { BatchAction, PlanSearch } from "./search.ts";

export interface PlanDraft {
  readonly action: BatchAction;
  readonly choice: AssignmentChoice;
  readonly restore: boolean;
  readonly which: "all" | "filter";
  readonly filter: Filter;
}

export interface Filter {
  readonly search: string;
  readonly chatbotId: string | undefined;
  readonly accountId: string | undefined;
  readonly health: Health | undefined;
  readonly verdict: Verdict | undefined;
}

export function startingDraft({
  action,
  to,
  search,
  agent,
  account,
  health,
  verdict,
}: PlanSearch): PlanDraft {
  const isFiltered = [search, agent, account, health, verdict].some((value) => value !== undefined);
  return {
    action: action ?? "assign",
    choice: { agentId: to ?? "", enableSms: true, enableWhatsApp: false, takeover: false },
    restore: false,
    which: isFiltered ? "filter" : "all",
    filter: {
      search: search ?? "",
      chatbotId: agent,
      accountId: account,
      health,
      verdict,
    },
  };
}

export function planFrom(draft: PlanDraft): Schemas["PlanBatch"] {
  const { action, choice, restore } = draft;
  const selection = selectionFrom(draft);
  switch (action) {
    case "configure":
      return { action, selection };
    case "unassign":
      return { action, restore, selection };
    case "assign": {
      const { agentId, ...rest } = choice;
      return { action, chatbotId: agentId, ...rest, selection };
    }
    default:
      return assertNever(action);
  }
}

/** Where the form has what the request has at `path`. */
export function planFieldOf(path: string): string {
  if (path === "chatbotId") return "choice.agentId";
  if (path === "selection") return "which";
  return path.replace(/^selection\./, "filter.");
}

function selectionFrom({ which, filter }: PlanDraft): Schemas["Selection"] {
  if (which === "all") return { all: true };
  const { search, chatbotId, accountId, health, verdict } = filter;
  return {
    ...(search.trim() === "" ? {} : { search: search.trim() }),
    ...(chatbotId === undefined ? {} : { chatbotId }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(health === undefined ? {} : { health }),
    ...(verdict === undefined ? {} : { verdict }),
  };
}
