export const SETTINGS_TABS = ["accounts", "people", "keys", "rates", "drift", "delivery", "url"] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

export interface SettingsSearch {
  readonly tab?: SettingsTab | undefined;
}

export function settingsSearch({ tab }: Record<string, unknown>): SettingsSearch {
  return { tab: SETTINGS_TABS.find((known) => known === tab) };
}
