import { IconRobot } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { HealthBadge } from "../../components/health-badge.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { PlainBadge } from "../../components/plain-badge.tsx";
import { Time } from "../../components/time.tsx";
import { VERDICT } from "../../components/verdict.ts";
import type { Column } from "../../components/virtual-table.tsx";
import classes from "./number-columns.module.css";
import { isSelected, type Selection } from "./selection.ts";

type Row = Schemas["PhoneNumber"];

interface ColumnsOptions {
  readonly selection: Selection;
  readonly select: (selection: Selection) => void;
  readonly toggle: (id: string) => void;
  readonly assign: (number: Row) => void;
  readonly agentName: (id: string) => string;
}

export function numberColumns({
  selection,
  select,
  toggle,
  assign,
  agentName,
}: ColumnsOptions): readonly Column<Row>[] {
  return [
    {
      key: "selection",
      width: 40,
      header: (rows) => <SelectAll rows={rows} selection={selection} select={select} />,
      cell: ({ id, phoneNumber }) => (
        <input
          type="checkbox"
          className={classes.checkbox}
          aria-label={`Select ${phoneNumber}`}
          checked={isSelected(selection, id)}
          onChange={() => toggle(id)}
        />
      ),
    },
    { key: "number", header: "Number", cell: (number) => <NumberCell number={number} /> },
    {
      key: "agent",
      header: "Agent",
      visibleFrom: "sm",
      cell: ({ chatbotId, verdicts }) =>
        chatbotId === null ? (
          <div className={classes.nobody}>{answererOf(verdicts)}</div>
        ) : (
          <div className={classes.agent}>{agentName(chatbotId)}</div>
        ),
    },
    {
      key: "channels",
      width: 220,
      header: "Channels",
      visibleFrom: "md",
      cell: (number) => <Channels number={number} />,
    },
    { key: "health", header: "Health", cell: ({ health }) => <HealthBadge health={health} />, width: 148 },
    {
      key: "read",
      header: "Last read",
      visibleFrom: "lg",
      width: 150,
      cell: ({ observedAt }) => (observedAt === null ? "–" : <Time at={observedAt} />),
    },
    {
      key: "actions",
      header: <span style={{ position: "absolute", clipPath: "inset(50%)" }}>Actions</span>,
      width: 44,
      visibleFrom: "sm",
      cell: (number) => (
        <button
          type="button"
          className={classes.action}
          aria-label={`Assign ${number.phoneNumber}`}
          title="Assign …"
          disabled={number.status === "released"}
          onClick={() => assign(number)}
        >
          <IconRobot size={18} stroke={1.6} />
        </button>
      ),
    },
  ];
}

interface SelectAllProps extends Pick<ColumnsOptions, "selection" | "select"> {
  readonly rows: readonly Row[];
}

function SelectAll({ rows, selection, select }: SelectAllProps) {
  const areAll = rows.length > 0 && rows.every(({ id }) => isSelected(selection, id));
  return (
    <input
      type="checkbox"
      className={classes.checkbox}
      aria-label="Select all that are loaded"
      checked={areAll}
      disabled={rows.length === 0}
      ref={(element) => {
        if (element) element.indeterminate = !areAll && selection !== "all" && selection.size > 0;
      }}
      onChange={() => select(new Set(areAll ? [] : rows.map(({ id }) => id)))}
    />
  );
}

function NumberCell({ number: { id, phoneNumber, friendlyName } }: { readonly number: Row }) {
  return (
    <>
      <Link to="/numbers/$id" params={{ id }} className={classes.number} preload={false}>
        <PhoneNumber e164={phoneNumber} />
      </Link>
      <div className={classes.name}>{friendlyName}</div>
    </>
  );
}

/** Who answers the calls of a number without an agent, as far as somebody has looked. */
function answererOf(verdicts: Row["verdicts"]): string {
  return verdicts && verdicts.voice !== "unknown" ? VERDICT[verdicts.voice].label : "No agent";
}

function Channels({ number: { channels } }: { readonly number: Row }) {
  if (!channels) return null;
  return (
    <div className={classes.channels}>
      <PlainBadge color="gray">Calls</PlainBadge>
      {channels.sms && <PlainBadge color="gray">SMS</PlainBadge>}
      {channels.whatsapp && <PlainBadge color="gray">WhatsApp</PlainBadge>}
    </div>
  );
}
