import { Anchor, Button, Text } from "@mantine/core";
import { IconPhone } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { StackedBars } from "../../components/chart.tsx";
import { counted } from "../../components/counted.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Section } from "../../components/section.tsx";

type Traffic = Schemas["Overview"]["traffic"];

const HEIGHT_PX = 230;
const SERIES = [
  { name: "calls", label: "Calls", color: "indigo.5" },
  { name: "messages", label: "Messages", color: "teal.5" },
];
const hourFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Calls and messages an hour. */
export function TrafficSection({ traffic: { hours, isComplete } }: { readonly traffic: Traffic }) {
  const calls = sum(hours.map((hour) => hour.calls));
  const messages = sum(hours.map((hour) => hour.messages));
  const summary = `${counted(calls, "call")} and ${counted(messages, "message")}`;
  const data = hours.map((hour) => ({ ...hour, hour: hourFormat.format(new Date(hour.hour)) }));
  return (
    <Section
      title="Last 24 hours"
      aside={
        <Anchor size="sm" renderRoot={(props) => <Link to="/activity" {...props} />}>
          Activity
        </Anchor>
      }
    >
      {calls + messages === 0 ? (
        <Quiet />
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {summary}
            {isComplete ? "" : ", the newest only: the earliest hours had more than is counted"}
          </Text>
          <StackedBars
            label={`${summary} in the last 24 hours`}
            height={HEIGHT_PX}
            data={data}
            dataKey="hour"
            allowDecimals={false}
            series={SERIES}
          />
        </>
      )}
    </Section>
  );
}

function Quiet() {
  return (
    <EmptyState
      icon={IconPhone}
      title="No calls and no messages"
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/numbers" {...props} />}>
          To your numbers
        </Button>
      }
    >
      Call one of your numbers, or let it call you: “Test call” is on its page.
    </EmptyState>
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
