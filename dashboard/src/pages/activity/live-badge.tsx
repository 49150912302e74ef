import { Badge, Tooltip } from "@mantine/core";
import { IconBroadcast, IconPlugConnected } from "@tabler/icons-react";

export function LiveBadge({ isLive }: { readonly isLive: boolean }) {
  const Icon = isLive ? IconBroadcast : IconPlugConnected;
  return (
    <Tooltip label="What begins or changes appears by itself, within about a second" multiline maw={240}>
      <Badge
        size="lg"
        color={isLive ? "teal" : "gray"}
        leftSection={<Icon size={15} aria-hidden />}
        role="status"
      >
        {isLive ? "Live" : "Connecting …"}
      </Badge>
    </Tooltip>
  );
}
