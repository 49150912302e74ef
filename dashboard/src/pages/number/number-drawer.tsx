import type { Schemas } from "../../api/client.ts";
import { AssignDrawer, TakeoverDrawer } from "../../assigning/assign-drawer.tsx";
import { ConfigureDrawer, UnassignDrawer } from "../../assigning/change-drawer.tsx";
import { ProbeDrawer } from "./probe-drawer.tsx";
import { CallDrawer, MessageDrawer } from "./test-drawers.tsx";

const DRAWERS = {
  assign: AssignDrawer,
  takeover: TakeoverDrawer,
  configure: ConfigureDrawer,
  unassign: UnassignDrawer,
  probe: ProbeDrawer,
  call: CallDrawer,
  message: MessageDrawer,
} as const;

export type NumberAction = keyof typeof DRAWERS;

interface NumberDrawerProps {
  readonly action: NumberAction;
  readonly number: Schemas["PhoneNumber"];
  readonly onClose: () => void;
}

export default function NumberDrawer({ action, ...props }: NumberDrawerProps) {
  const Drawer = DRAWERS[action];
  return <Drawer {...props} />;
}
