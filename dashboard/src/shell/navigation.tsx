import { NavLink, Stack } from "@mantine/core";
import {
  IconActivity,
  IconChartBar,
  IconHistory,
  IconLayoutDashboard,
  IconPhone,
  IconRobot,
  IconSettings,
  IconStack2,
} from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";

export const PLACES = [
  { to: "/", label: "Overview", icon: IconLayoutDashboard },
  { to: "/numbers", label: "Numbers", icon: IconPhone },
  { to: "/agents", label: "Agents", icon: IconRobot },
  { to: "/activity", label: "Activity", icon: IconActivity },
  { to: "/batches", label: "Batches", icon: IconStack2 },
  { to: "/usage", label: "Usage", icon: IconChartBar },
  { to: "/audit", label: "Audit", icon: IconHistory },
  { to: "/settings", label: "Settings", icon: IconSettings },
] as const;

export function Navigation({ onNavigate }: { readonly onNavigate: () => void }) {
  const { pathname } = useLocation();
  return (
    <Stack gap={2}>
      {PLACES.map(({ to, label, icon: Icon }) => {
        const isHere = to === "/" ? pathname === "/" : pathname.startsWith(to);
        return (
          <NavLink
            key={to}
            renderRoot={(props) => <Link to={to} {...props} />}
            onClick={onNavigate}
            label={label}
            leftSection={<Icon size={18} stroke={1.75} aria-hidden />}
            active={isHere}
            aria-current={isHere ? "page" : undefined}
            fw={isHere ? 600 : 450}
            style={{ borderRadius: "var(--mantine-radius-md)" }}
          />
        );
      })}
    </Stack>
  );
}
