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
import { lazy, Suspense, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { whenReachable } from "../../api/connection.ts";
import { Opening } from "../../components/opening.tsx";
import type { NumberAction } from "./number-drawer.tsx";
import type { VerificationQuery } from "./use-verification.ts";

interface NumberActionsProps {
  readonly number: Schemas["PhoneNumber"];
  readonly verification: VerificationQuery;
}

// Loaded by those who open one: with the schemas that they check with, they are larger than the page.
const NumberDrawer = lazy(() => whenReachable(() => import("./number-drawer.tsx")));

export function NumberActions({ number, verification }: NumberActionsProps) {
  const [open, setOpen] = useState<NumberAction>();
  const isAssigned = number.chatbotId !== null;
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
        {isAssigned ? "Change agent" : "Assign"}
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
      <Suspense fallback={<Opening />}>
        {open && <NumberDrawer action={open} number={number} onClose={() => setOpen(undefined)} />}
      </Suspense>
    </>
  );
}
