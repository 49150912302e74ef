import { Loader, Text, Timeline } from "@mantine/core";
import { IconAlertTriangle, IconArrowBackUp, IconCheck, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Schemas } from "../api/client.ts";
import { Time } from "../components/time.tsx";

type Operation = Schemas["Operation"];
type Phase = Operation["phase"];

const STEP: Record<Exclude<Phase, "finished">, string> = {
  started: "Written down, and reading what stands in Twilio",
  writing: "Writing to Twilio, and reading it back",
  restoring: "It failed: putting back what stood before",
  settling: "Waiting until no write can land any more",
};

const END: Record<
  Exclude<Operation["state"], "open">,
  { readonly text: string; readonly color: string; readonly icon: ReactNode }
> = {
  committed: { text: "Done, and verified in Twilio", color: "teal", icon: <IconCheck size={14} /> },
  rolled_back: {
    text: "Taken back: everything is as it was before",
    color: "orange",
    icon: <IconArrowBackUp size={14} />,
  },
  refused: { text: "Refused: nothing was written", color: "orange", icon: <IconX size={14} /> },
  needs_attention: {
    text: "Something could not be put back. It needs your attention",
    color: "red",
    icon: <IconAlertTriangle size={14} />,
  },
};

/** How far a change has come, and whether it went back. */
export function OperationSteps({ operation }: { readonly operation: Operation }) {
  const steps = operation.phases.filter(({ phase }) => phase !== "finished");
  const end = operation.state === "open" ? undefined : END[operation.state];
  return (
    <Timeline
      active={end ? steps.length : steps.length - 1}
      bulletSize={22}
      lineWidth={2}
      color={end?.color ?? "indigo"}
    >
      {steps.map(({ phase, at }, index) => {
        const isUnderWay = !end && index === steps.length - 1;
        return (
          <Timeline.Item
            key={`${phase} ${at}`}
            title={phase === "finished" ? "" : STEP[phase]}
            bullet={isUnderWay ? <Loader size={12} color="white" /> : <IconCheck size={14} aria-hidden />}
          >
            <Text size="xs" c="dimmed">
              <Time at={at} />
            </Text>
          </Timeline.Item>
        );
      })}
      {end && (
        <Timeline.Item title={end.text} bullet={end.icon}>
          {operation.error && (
            <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {operation.error.detail}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {operation.finishedAt !== null && <Time at={operation.finishedAt} />}
          </Text>
        </Timeline.Item>
      )}
    </Timeline>
  );
}
