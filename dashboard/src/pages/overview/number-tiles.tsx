import { Group, Text } from "@mantine/core";
import { IconEyeOff, IconPhone } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { HEALTH, type Health } from "../../components/health.ts";
import type { NumbersSearch } from "../numbers/search.ts";
import classes from "./number-tiles.module.css";

interface NumberTilesProps {
  readonly numbers: Schemas["PhoneNumberCounts"];
  readonly shadowed: number;
}

const ORDER: readonly Health[] = ["ok", "drifted", "needs_attention", "unverified", "unassigned"];
const DETAIL: Record<Health, string> = {
  ok: "answered by your agents",
  drifted: "not as you want them",
  needs_attention: "wait for your decision",
  unverified: "could not be read whole",
  unassigned: "answered by no agent of yours",
};

/** How many numbers are how; each leads to them. */
export function NumberTiles({ numbers, shadowed }: NumberTilesProps) {
  const { total, hasMore } = numbers;
  return (
    <nav className={classes.tiles ?? ""} aria-label="Numbers by health">
      <Tile count={total} label="All numbers" detail={hasMore ? "and more, not counted" : "in your accounts"}>
        <IconPhone size={15} aria-hidden />
      </Tile>
      {ORDER.map((health) => {
        const { label, color, icon: Icon } = HEALTH[health];
        return (
          <Tile
            key={health}
            search={{ health }}
            count={numbers.byHealth[health] ?? 0}
            label={label}
            detail={DETAIL[health]}
          >
            <Icon size={15} color={`var(--mantine-color-${color}-6)`} aria-hidden />
          </Tile>
        );
      })}
      <Tile
        search={{ verdict: "shadowed" }}
        count={shadowed}
        label="Shadowed"
        detail="our URL is set, something else answers"
      >
        <IconEyeOff size={15} color="var(--mantine-color-orange-6)" aria-hidden />
      </Tile>
    </nav>
  );
}

interface TileProps {
  readonly search?: NumbersSearch;
  readonly count: number;
  readonly label: string;
  readonly detail: string;
  readonly children: React.ReactNode;
}

function Tile({ search = {}, count, label, detail, children }: TileProps) {
  return (
    <Link to="/numbers" search={search} className={classes.tile ?? ""}>
      <Group gap={6} wrap="nowrap">
        {children}
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {label}
        </Text>
      </Group>
      <Text fw={650} fz={26} lh={1.25} className="number" c={count === 0 ? "dimmed" : undefined}>
        {count.toLocaleString()}
      </Text>
      <Text size="xs" c="dimmed">
        {detail}
      </Text>
    </Link>
  );
}
