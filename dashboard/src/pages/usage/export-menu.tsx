import { Button, Menu } from "@mantine/core";
import { IconBraces, IconDownload, IconFileSpreadsheet } from "@tabler/icons-react";
import { useId } from "react";
import type { UsageQuery } from "./usage-query.ts";

const FORMATS = [
  { format: "csv", label: "CSV, for spreadsheets", icon: IconFileSpreadsheet },
  { format: "ndjson", label: "NDJSON, for programs", icon: IconBraces },
] as const;

/** Downloads the ledger's entries for what is chosen: one line for each call leg, message and correction. */
export function ExportMenu({ query }: { readonly query: UsageQuery }) {
  const labelId = useId();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-describedby={labelId}>
        {/* A menu may hold nothing but its items, so its text is read as what describes it. */}
        <Menu.Label id={labelId} aria-hidden>
          Every entry of what is chosen
        </Menu.Label>
        {FORMATS.map(({ format, label, icon: Icon }) => (
          <Menu.Item
            key={format}
            component="a"
            href={`/api/usage/export?${new URLSearchParams({ ...query, format })}`}
            download
            leftSection={<Icon size={16} aria-hidden />}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
