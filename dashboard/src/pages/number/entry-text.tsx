import { Badge, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client.ts";
import { useAgentName } from "../../api/numbers.ts";
import { assertNever } from "../../components/assert-never.ts";
import { Money } from "../../components/money.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";

type Entry = Schemas["TimelineEntry"];
type Operation = Schemas["Operation"];

const DONE: Record<Operation["kind"], string> = {
  assign: "Assigned",
  unassign: "Unassigned",
  configure: "Configured again",
  undo: "Change taken back",
  heal: "Drift healed",
};

const STATE: Record<Operation["state"], { readonly label: string; readonly color: string }> = {
  open: { label: "Under way", color: "blue" },
  committed: { label: "Done", color: "teal" },
  rolled_back: { label: "Taken back", color: "orange" },
  refused: { label: "Refused", color: "gray" },
  needs_attention: { label: "Needs attention", color: "red" },
};

/** One line for each kind of thing that happens. */
export function EntryText({ entry }: { readonly entry: Entry }) {
  switch (entry.kind) {
    case "operation":
      return <OperationText operation={entry.operation} />;
    case "call":
      return <CallText call={entry.call} />;
    case "message":
      return <MessageText message={entry.message} />;
    case "alert":
      return <AlertText alert={entry.alert} />;
    default:
      return assertNever(entry);
  }
}

function Line({ children, detail }: { readonly children: ReactNode; readonly detail?: ReactNode }) {
  return (
    <>
      <Group gap="xs" fz="sm">
        {children}
      </Group>
      {detail !== undefined && (
        <Text size="sm" c="dimmed" fw={400} component="div" style={{ overflowWrap: "anywhere" }}>
          {detail}
        </Text>
      )}
    </>
  );
}

function OperationText({
  operation: { kind, state, chatbotId, error, changes },
}: {
  readonly operation: Operation;
}) {
  const agentName = useAgentName();
  const { label, color } = STATE[state];
  const count = changes?.length ?? 0;
  const written = count === 1 ? "One field written." : `${count} fields written.`;
  return (
    <Line detail={error ? error.detail : state === "committed" ? written : undefined}>
      <span>
        {DONE[kind]}
        {kind === "assign" && chatbotId !== null ? ` to ${agentName(chatbotId)}` : ""}
      </span>
      <Badge color={color}>{label}</Badge>
    </Line>
  );
}

function CallText({ call }: { readonly call: Schemas["Call"] }) {
  const other = call.direction === "inbound" ? call.from : call.to;
  return (
    <Line
      detail={
        <>
          {call.durationSeconds === null ? "" : `${call.durationSeconds} s`}
          {call.cost && (
            <>
              {" · "}
              <Money value={call.cost} />
            </>
          )}
        </>
      }
    >
      <span>
        {call.direction === "inbound" ? "Call from" : "Call to"} <PhoneNumber e164={other} />
      </span>
      <StatusBadge status={call.status} />
    </Line>
  );
}

function MessageText({ message }: { readonly message: Schemas["Message"] }) {
  const other = message.direction === "inbound" ? message.from : message.to;
  const { error, replyError } = message;
  const why = error ?? replyError;
  const refused = why === replyError ? "Reply refused, " : "";
  return (
    <Line detail={why ? `${refused}${why.code}: ${why.meaning}` : undefined}>
      <span>
        {message.direction === "inbound" ? "Message from" : "Message to"} <PhoneNumber e164={other} />
      </span>
      <StatusBadge status={message.status} />
      <Badge color="gray">
        {message.channel === "whatsapp" ? "WhatsApp" : message.channel.toUpperCase()}
      </Badge>
    </Line>
  );
}

const SEVERITY: Record<Schemas["Alert"]["severity"], string> = {
  info: "blue",
  warning: "orange",
  error: "red",
};

function AlertText({ alert: { title, detail, severity, state } }: { readonly alert: Schemas["Alert"] }) {
  return (
    <Line detail={detail}>
      <span>{title}</span>
      <Badge color={state === "open" ? SEVERITY[severity] : "gray"}>
        {state === "open" ? "Open" : "Resolved"}
      </Badge>
    </Line>
  );
}
