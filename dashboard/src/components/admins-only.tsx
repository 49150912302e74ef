import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useIsAdmin } from "../api/who.ts";

interface AdminsOnlyProps {
  /** Completes “Only owners and admins of the organization may …”. */
  readonly may: string;
  readonly children: ReactNode;
}

/** What the API would refuse to members, who read here that it is not theirs before they fill anything in. */
export function AdminsOnly({ may, children }: AdminsOnlyProps) {
  if (useIsAdmin()) return children;
  return (
    <Text size="sm" c="dimmed">
      Only owners and admins of the organization may {may}.
    </Text>
  );
}
