import { ActionIcon, Button, Menu } from "@mantine/core";
import {
  IconAdjustmentsCheck,
  IconDotsVertical,
  IconMessage,
  IconPhoneOutgoing,
  IconPlugConnected,
  IconRefresh,
  IconRobot,
  IconRobotOff,
} from "@tabler/icons-react";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { AssignDrawer } from "../../assigning/assign-drawer.tsx";
import { ConfigureDrawer, UnassignDrawer } from "../../assigning/change-drawer.tsx";
import { ProbeDrawer } from "./probe-drawer.tsx";
import { CallDrawer, MessageDrawer } from "./test-drawers.tsx";
import type { VerificationQuery } from "./use-verification.ts";

interface NumberActionsProps {
  readonly number: Schemas["PhoneNumber"];
  readonly verification: VerificationQuery;
}

const DRAWERS = {
  assign: AssignDrawer,
  configure: ConfigureDrawer,
  unassign: UnassignDrawer,
  probe: ProbeDrawer,
  call: CallDrawer,
  message: MessageDrawer,
} as const;

export function NumberActions({ number, verification }: NumberActionsProps) {
  const [open, setOpen] = useState<keyof typeof DRAWERS>();
  const isAssigned = number.chatbotId !== null;
  const OpenDrawer = open === undefined ? undefined : DRAWERS[open];
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        loading={verification.isFetching}
        onClick={() => void verification.refetch()}
      >
        Verify
      </Button>
      <Button
        leftSection={<IconRobot size={16} aria-hidden />}
        disabled={number.status === "released"}
        onClick={() => setOpen("assign")}
      >
        {isAssigned ? "Change the agent" : "Assign"}
      </Button>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          {/* Without a word, so that it stays beside the others at 375 pixels. */}
          <ActionIcon variant="default" size={36} aria-label="More" title="More" disabled={!isAssigned}>
            <IconDotsVertical size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPhoneOutgoing size={16} />} onClick={() => setOpen("call")}>
            Test call …
          </Menu.Item>
          <Menu.Item leftSection={<IconMessage size={16} />} onClick={() => setOpen("message")}>
            Test message …
          </Menu.Item>
          <Menu.Item leftSection={<IconPlugConnected size={16} />} onClick={() => setOpen("probe")}>
            Probe the webhooks …
          </Menu.Item>
          <Menu.Item leftSection={<IconAdjustmentsCheck size={16} />} onClick={() => setOpen("configure")}>
            Configure again …
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconRobotOff size={16} />} onClick={() => setOpen("unassign")}>
            Unassign …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {OpenDrawer && <OpenDrawer number={number} onClose={() => setOpen(undefined)} />}
    </>
  );
}
