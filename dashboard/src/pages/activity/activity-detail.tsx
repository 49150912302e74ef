import { Alert, Anchor, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client.ts";
import { useAgentName } from "../../api/numbers.ts";
import { Money } from "../../components/money.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import classes from "./activity-detail.module.css";
import type { Traffic } from "./activity-query.ts";
import { Reports, StatusTimeline } from "./status-timeline.tsx";
import { CHANNEL, formatDuration } from "./words.ts";

export function CallDetail({ call }: { readonly call: Schemas["CallDetail"] }) {
  const { answeredAt, endedAt, durationSeconds, sipCode, answeredBy, parentSid, events } = call;
  return (
    <Stack>
      <Heading traffic={call} />
      <dl className={classes.facts}>
        <CommonFacts traffic={call} />
        {answeredAt !== null && <Fact name="Answered" value={<Time at={answeredAt} />} />}
        {endedAt !== null && <Fact name="Ended" value={<Time at={endedAt} />} />}
        {durationSeconds !== null && <Fact name="Duration" value={formatDuration(durationSeconds)} />}
        {answeredBy !== null && <Fact name="Answered by" value={answeredBy} />}
        {sipCode !== null && <Fact name="SIP code" value={sipCode} />}
        {parentSid !== null && <Fact name="Dialled from" value={<SidLink sid={parentSid} />} />}
        <Costs traffic={call} />
      </dl>
      <StatusTimeline steps={events.map(({ status, receivedAt }) => ({ status, at: receivedAt }))} />
      <Reports events={events} />
    </Stack>
  );
}

export function MessageDetail({ message }: { readonly message: Schemas["MessageDetail"] }) {
  const { channel, error, replyError, segments, mediaCount, timeline, events } = message;
  return (
    <Stack>
      <Heading traffic={message} />
      {error && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={`Twilio’s error ${error.code}`}>
          {error.meaning}
        </Alert>
      )}
      {replyError && (
        <Alert
          color="orange"
          icon={<IconAlertTriangle aria-hidden />}
          title={`The agent’s reply was refused: Twilio’s error ${replyError.code}`}
        >
          {replyError.meaning}
        </Alert>
      )}
      <dl className={classes.facts}>
        <CommonFacts traffic={message} />
        <Fact name="Channel" value={CHANNEL[channel]} />
        <Fact name="Segments" value={segments ?? "not known yet"} />
        {mediaCount !== null && mediaCount > 0 && <Fact name="Media" value={mediaCount} />}
        <Costs traffic={message} />
      </dl>
      <StatusTimeline steps={timeline} />
      <Reports events={events} />
    </Stack>
  );
}

function Heading({ traffic: { direction, from, to, status } }: { readonly traffic: Traffic }) {
  const other = direction === "inbound" ? from : to;
  return (
    <Group gap="sm">
      <Text fw={600} size="lg">
        {direction === "inbound" ? "From" : "To"} <PhoneNumber e164={other} />
      </Text>
      <StatusBadge status={status} />
    </Group>
  );
}

function CommonFacts({ traffic }: { readonly traffic: Traffic }) {
  const { sid, phoneNumberId, chatbotId, direction, from, to, startedAt } = traffic;
  const agentName = useAgentName();
  return (
    <>
      <Fact
        name="Your number"
        value={
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/numbers/$id" params={{ id: phoneNumberId }} {...props} />}
          >
            <PhoneNumber e164={direction === "inbound" ? to : from} />
          </Anchor>
        }
      />
      <Fact name="Agent" value={chatbotId === null ? "Nobody" : agentName(chatbotId)} />
      <Fact name="Began" value={<Time at={startedAt} />} />
      <Fact name="SID" value={<span className={classes.sid}>{sid}</span>} />
    </>
  );
}

function Costs({ traffic: { cost, twilioPrice } }: { readonly traffic: Traffic }) {
  return (
    <>
      <Fact name="Cost at your rates" value={cost ? <Money value={cost} /> : "no rate for it"} />
      <Fact name="Twilio’s price" value={twilioPrice ? <Money value={twilioPrice} /> : "not told yet"} />
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function SidLink({ sid }: { readonly sid: string }) {
  return (
    <Anchor
      size="sm"
      className={classes.sid ?? ""}
      renderRoot={(props) => (
        <Link from="/activity" to="." search={(before) => ({ ...before, sid })} {...props} />
      )}
    >
      {sid}
    </Anchor>
  );
}
