import { Group, Text, UnstyledButton } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { HEALTH, type Health } from "../../components/health.ts";
import classes from "./health-filter.module.css";

const route = getRouteApi("/signed-in/numbers");
const ORDER: readonly Health[] = ["needs_attention", "drifted", "unverified", "ok", "unassigned"];

/** How many numbers are how, and only those on a click. */
export function HealthFilter({ counts }: { readonly counts: Schemas["PhoneNumberCounts"] | undefined }) {
  const { health: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Group gap="xs" mb="md" className="strip" role="group" aria-label="Health">
      {ORDER.map((health) => {
        const { label, color, icon: Icon } = HEALTH[health];
        const isChosen = health === chosen;
        const choose = () =>
          navigate({ search: (search) => ({ ...search, health: isChosen ? undefined : health }) });
        return (
          <UnstyledButton
            key={health}
            className={classes.tile ?? ""}
            aria-pressed={isChosen}
            onClick={() => void choose()}
          >
            <Group gap={6} wrap="nowrap">
              <Icon
                size={15}
                color={`var(--mantine-color-${color}-6)`}
                style={{ flex: "none" }}
                aria-hidden
              />
              <Text size="xs" c="dimmed">
                {label}
              </Text>
            </Group>
            <Text fw={650} fz={20} lh={1.2} className="number">
              {counts?.byHealth[health]?.toLocaleString() ?? "–"}
            </Text>
          </UnstyledButton>
        );
      })}
    </Group>
  );
}
