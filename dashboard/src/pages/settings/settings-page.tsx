import { Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useHasOwnSignIn } from "../../api/who.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { AccountsTab } from "./accounts-tab.tsx";
import { DeliveryTab } from "./delivery-tab.tsx";
import { DriftTab } from "./drift-tab.tsx";
import { KeysTab } from "./keys-tab.tsx";
import { PeopleTab } from "./people-tab.tsx";
import { PublicUrlTab } from "./public-url-tab.tsx";
import { RatesTab } from "./rates-tab.tsx";
import { SETTINGS_TABS, type SettingsTab } from "./search.ts";

const route = getRouteApi("/signed-in/settings");

const TABS = {
  accounts: { label: "Twilio accounts", panel: AccountsTab },
  people: { label: "People", panel: PeopleTab },
  keys: { label: "API keys", panel: KeysTab },
  rates: { label: "Rates", panel: RatesTab },
  drift: { label: "Drift", panel: DriftTab },
  delivery: { label: "Delivery", panel: DeliveryTab },
  url: { label: "Public URL", panel: PublicUrlTab },
} as const satisfies Record<SettingsTab, unknown>;

/** Of people and keys that the application has which we are a part of, there is nothing to set here. */
const OF_OWN_SIGN_IN: readonly SettingsTab[] = ["people", "keys"];

export function SettingsPage() {
  const { tab = "accounts" } = route.useSearch();
  const isOurs = useHasOwnSignIn();
  const tabs = SETTINGS_TABS.filter((known) => isOurs || !OF_OWN_SIGN_IN.includes(known));
  const navigate = route.useNavigate();
  const open = (value: string | null) =>
    void navigate({ search: { tab: SETTINGS_TABS.find((known) => known === value) } });
  return (
    <div className="page">
      <PageHeader title="Settings" />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md">
          {tabs.map((known) => (
            <Tabs.Tab key={known} value={known}>
              {TABS[known].label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((known) => {
          const { panel: Panel } = TABS[known];
          return (
            <Tabs.Panel key={known} value={known}>
              <Panel />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </div>
  );
}
