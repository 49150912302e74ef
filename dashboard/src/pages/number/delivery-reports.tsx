import { Badge, Group, Stack, Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";

type Coverage = Schemas["StatusCoverage"];
type Judged = Coverage["direct"];

const HEARD_BY: Record<Judged["verdict"], { readonly label: string; readonly color: string }> = {
  ours: { label: "We hear of it", color: "teal" },
  ours_stale: { label: "By an earlier address", color: "orange" },
  other_deployment: { label: "Another Switchhook hears of it", color: "orange" },
  foreign: { label: "Somebody else hears of it", color: "orange" },
  shadowed: { label: "Shadowed", color: "red" },
  nobody: { label: "Nobody hears of it", color: "gray" },
  unknown: { label: "Not known", color: "yellow" },
};

/** Who hears whether messages were delivered that others have sent from the number: ours say themselves where to. */
export function DeliveryReports({ coverage: { direct, throughService } }: { readonly coverage: Coverage }) {
  return (
    <Stack gap={4} mt="sm" role="group" aria-label="Delivery reports">
      <Text size="xs" c="dimmed">
        Delivery of messages that are not sent through Switchhook, and name no status callback:
      </Text>
      <Report sent="Sent by itself" judged={direct} />
      {throughService && <Report sent="Through its Messaging Service" judged={throughService} />}
    </Stack>
  );
}

function Report({
  sent,
  judged: { verdict, reason, fix },
}: {
  readonly sent: string;
  readonly judged: Judged;
}) {
  const { label, color } = HEARD_BY[verdict];
  return (
    <Group gap="xs" align="baseline">
      <Badge color={color} size="sm">
        {label}
      </Badge>
      <Text size="sm" flex="1 1 220px">
        {sent}: {reason}
        {fix.length > 0 && ` What puts it right: ${fix.map(({ field }) => field).join(", ")}.`}
      </Text>
    </Group>
  );
}
