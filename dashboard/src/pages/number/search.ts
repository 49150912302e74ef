export const NUMBER_TABS = ["routes", "configuration", "timeline"] as const;

export interface NumberSearch {
  readonly tab?: (typeof NUMBER_TABS)[number] | undefined;
}

export function numberSearch({ tab }: Record<string, unknown>): NumberSearch {
  return { tab: NUMBER_TABS.find((name) => name === tab) };
}
