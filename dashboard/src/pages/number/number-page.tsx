import { Alert, Group, Paper, Stack, Tabs } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { Schemas } from "../../api/client.ts";
import { whenReachable } from "../../api/connection.ts";
import { numberQuery, useAgentName } from "../../api/numbers.ts";
import { HealthBadge } from "../../components/health-badge.tsx";
import { NoSuchThing } from "../../components/no-such-thing.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { PhoneNumber, usePhoneNumberFormat } from "../../components/phone-number.tsx";
import { ConfigurationTab } from "./configuration-tab.tsx";
import { NumberActions } from "./number-actions.tsx";
import { RoutesTab } from "./routes-tab.tsx";
import { NUMBER_TABS } from "./search.ts";
import { TimelineTab } from "./timeline-tab.tsx";
import { useVerification } from "./use-verification.ts";

const route = getRouteApi("/signed-in/numbers/$id");
const DriftRules = lazy(async () => ({
  default: (await whenReachable(() => import("./drift-rules.tsx"))).DriftRules,
}));
const LABEL = { routes: "Who answers", configuration: "Configuration", timeline: "Time line" } as const;

export function NumberPage() {
  const { id } = route.useParams();
  const { data: number, error, isPending } = useQuery(numberQuery(id));
  if (isPending) return <PageLoading />;
  if (!number) return <NoSuchThing id={id} error={error} to="/numbers" onward="To all numbers" />;
  return (
    <div className="page">
      <NumberView key={id} number={number} />
    </div>
  );
}

function NumberView({ number }: { readonly number: Schemas["PhoneNumberDetail"] }) {
  const { tab = "routes" } = route.useSearch();
  const navigate = route.useNavigate();
  const format = usePhoneNumberFormat();
  const verification = useVerification(number.id);
  const choose = (name: string | null) =>
    void navigate({ search: { tab: NUMBER_TABS.find((each) => each === name) }, replace: true });
  return (
    <>
      <PageHeader
        title={format(number.phoneNumber)}
        heading={<PhoneNumber e164={number.phoneNumber} />}
        description={<Summary number={number} />}
        actions={<NumberActions number={number} verification={verification} />}
      />
      {number.openAlerts > 0 && (
        <Alert color="orange" mb="md" icon={<IconBell aria-hidden />} title="There is something to look at">
          {number.openAlerts === 1
            ? "One alert is open. It is on the time line."
            : `${number.openAlerts} alerts are open. They are on the time line.`}
        </Alert>
      )}
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List mb="md">
          {NUMBER_TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {LABEL[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="routes">
          <RoutesTab number={number} verification={verification} />
        </Tabs.Panel>
        <Tabs.Panel value="configuration">
          <Stack>
            <Paper p="md">
              <ConfigurationTab number={number} verification={verification} />
            </Paper>
            <Suspense fallback={<PageLoading />}>
              <DriftRules phoneNumberId={number.id} />
            </Suspense>
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="timeline">
          <TimelineTab phoneNumberId={number.id} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Summary({ number }: { readonly number: Schemas["PhoneNumberDetail"] }) {
  const agentName = useAgentName();
  return (
    <Group gap="xs">
      <HealthBadge health={number.health} />
      <span>{number.chatbotId === null ? "No agent answers" : `${agentName(number.chatbotId)} answers`}</span>
      <span aria-hidden>·</span>
      <span>{number.friendlyName}</span>
    </Group>
  );
}
