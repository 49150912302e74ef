import { useState } from "react";
import { faultsIn } from "../../forms/requests.ts";
import { valueAt } from "../../forms/value-at.ts";
import { type AgentDraft, requestFrom } from "./draft.ts";

/**
 * What is wrong with a draft, and what of it has been told. A fault is told once a field has been left with it, or somebody
 * wants to save, and no longer than it lasts. What is still empty is wrong only then.
 */
export function useFaults(draft: AgentDraft, isNew: boolean) {
  const request = requestFrom(draft, isNew);
  const faults = faultsIn(isNew ? "createAgent" : "changeAgent", request);
  const [paths, setPaths] = useState<readonly string[]>([]);
  return {
    faults,
    told: Object.fromEntries(Object.entries(faults).filter(([path]) => paths.includes(path))),
    tellTyped: () =>
      setPaths([...paths, ...Object.keys(faults).filter((path) => valueAt(request, path) !== undefined)]),
    tellAll: () => setPaths(Object.keys(faults)),
  };
}
