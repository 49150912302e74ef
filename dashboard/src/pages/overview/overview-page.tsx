import { Button, Grid, Stack } from "@mantine/core";
import { IconPhonePlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { DriftSection } from "./drift-section.tsx";
import { LatestSection } from "./latest-section.tsx";
import { NumberTiles } from "./number-tiles.tsx";
import { OpenAlerts } from "./open-alerts.tsx";
import { Figures } from "./overview-figures.tsx";
import { TrafficSection } from "./traffic-section.tsx";

const REFRESH_MS = 15_000;

export function OverviewPage() {
  const { data, error, isPending } = useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => dataOf(api.GET("/api/overview", { signal })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <div className="page">
      <PageHeader title="Overview" />
      <ProblemAlert error={error} />
      {isPending && <PageLoading />}
      {data &&
        (data.numbers.total === 0 && data.latest.length === 0 ? <Beginning /> : <Facts overview={data} />)}
    </div>
  );
}

function Beginning() {
  return (
    <EmptyState
      icon={IconPhonePlus}
      title="Your numbers will be here"
      action={<Button renderRoot={(props) => <Link to="/start" {...props} />}>Begin</Button>}
    >
      Connect a Twilio account, import its numbers, let an agent answer one, and call it: two minutes in all.
    </EmptyState>
  );
}

function Facts({ overview }: { readonly overview: Schemas["Overview"] }) {
  return (
    <Stack gap="md">
      <NumberTiles numbers={overview.numbers} shadowed={overview.shadowed} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <TrafficSection traffic={overview.traffic} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Figures overview={overview} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <OpenAlerts count={overview.openAlerts} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <DriftSection />
        </Grid.Col>
        <Grid.Col span={12}>
          <LatestSection entries={overview.latest} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
