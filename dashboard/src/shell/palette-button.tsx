import { ActionIcon, Button, Kbd } from "@mantine/core";
import { useHotkeys, useOs } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { whenReachable } from "../api/connection.ts";
import { Opening } from "../components/opening.tsx";

// Its library is loaded by those who open it.
const CommandPalette = lazy(() => whenReachable(() => import("./command-palette.tsx")));

export function PaletteButton() {
  const [openings, setOpenings] = useState(0);
  const open = () => setOpenings((count) => count + 1);
  const os = useOs();
  useHotkeys([["mod+K", open]], []);
  return (
    <>
      <Button
        variant="default"
        size="sm"
        c="dimmed"
        fw={400}
        onClick={open}
        visibleFrom="sm"
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={<Kbd size="xs">{os === "macos" ? "⌘ K" : "Ctrl K"}</Kbd>}
      >
        Jump to …
      </Button>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        onClick={open}
        hiddenFrom="sm"
        aria-label="Jump to …"
      >
        <IconSearch size={20} stroke={1.5} />
      </ActionIcon>
      {openings > 0 && (
        <Suspense fallback={<Opening />}>
          <CommandPalette openings={openings} />
        </Suspense>
      )}
    </>
  );
}
