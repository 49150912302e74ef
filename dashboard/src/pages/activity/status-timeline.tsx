import { Accordion, Code, Text, Timeline, Title } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { statusColor } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";

interface Step {
  readonly status: string;
  readonly at: string;
}

/** How it came to the status that it has. */
export function StatusTimeline({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <section aria-label="Status">
      <Title order={3} size="h5" mb="sm">
        Status
      </Title>
      {steps.length === 0 && (
        <Text size="sm" c="dimmed">
          Twilio has not reported any yet.
        </Text>
      )}
      <Timeline bulletSize={14} lineWidth={2} active={steps.length}>
        {steps.map(({ status, at }, index) => (
          <Timeline.Item
            // biome-ignore lint/suspicious/noArrayIndexKey: one may be reported twice at one moment, and none goes away
            key={`${status} ${at} ${index}`}
            title={
              <Text span size="sm" fw={550}>
                {status}
              </Text>
            }
            color={statusColor(status)}
            lineVariant="solid"
          >
            <Text size="xs" c="dimmed">
              <Time at={at} />
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}

/** What Twilio has sent about it, as it came. */
export function Reports({ events }: { readonly events: Schemas["CallDetail"]["events"] }) {
  if (events.length === 0) return null;
  return (
    <Accordion variant="contained" order={3}>
      <Accordion.Item value="reports">
        <Accordion.Control>
          {events.length === 1 ? "What Twilio sent" : `What Twilio sent, ${events.length} times`}
        </Accordion.Control>
        <Accordion.Panel>
          {events.map(({ status, receivedAt, params }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one may come twice at one moment, and none goes away
            <div key={`${status} ${receivedAt} ${index}`}>
              <Text size="sm" fw={550} mt="xs">
                {status}, <Time at={receivedAt} />
              </Text>
              <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
                {JSON.stringify(params, null, 2)}
              </Code>
            </div>
          ))}
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
