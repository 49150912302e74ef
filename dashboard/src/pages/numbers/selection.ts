import { useCallbackRef } from "@mantine/hooks";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import type { NumbersSearch } from "./search.ts";

/** Numbers by their ids, or all that the filters leave, also those that are not loaded. */
export type Selection = ReadonlySet<string> | "all";

interface Chosen {
  readonly selection: Selection;
  /** What the list was narrowed to when it was chosen. */
  readonly search: NumbersSearch;
}

/** What is selected. “All” means what the filters left when it was said, so it ends with them. */
export function useNumberSelection(search: NumbersSearch, loaded: readonly { readonly id: string }[]) {
  const [{ selection, search: chosenIn }, setChosen] = useState<Chosen>({ selection: new Set(), search });
  if (selection === "all" && chosenIn !== search) setChosen({ selection: new Set(), search });
  const select = useCallbackRef((changed: Selection) => setChosen({ selection: changed, search }));
  const toggle = useCallbackRef((id: string) => {
    // Of “all” but one, the others that are loaded remain: no filter says “but this one”.
    const changed = new Set(selection === "all" ? loaded.map((each) => each.id) : selection);
    if (!changed.delete(id)) changed.add(id);
    select(changed);
  });
  return { selection, select, toggle };
}

export function isSelected(selection: Selection, id: string): boolean {
  return selection === "all" || selection.has(id);
}

/** A selection as the API takes it for a batch. */
export function planned(selection: Selection, filter: NumbersSearch): Schemas["PlanBatch"]["selection"] {
  if (selection !== "all") return { phoneNumberIds: [...selection] };
  const { agent, account, health, verdict, search } = filter;
  if (Object.values(filter).every((value) => value === undefined)) return { all: true };
  return {
    ...(agent === undefined ? {} : { chatbotId: agent }),
    ...(account === undefined ? {} : { accountId: account }),
    ...(health === undefined ? {} : { health }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(search === undefined ? {} : { search }),
  };
}
