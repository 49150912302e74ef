import { Badge, Group, Paper, Stack, Text, Title } from "@mantine/core";
import {
  IconArrowRight,
  IconLink,
  IconPhoneCall,
  IconQuestionMark,
  IconRobot,
  IconRouteAltLeft,
  IconUserOff,
  IconUsers,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client.ts";
import { useAgentName } from "../../api/numbers.ts";
import { assertNever } from "../../components/assert-never.ts";
import { VERDICT } from "../../components/verdict.ts";
import { DeliveryReports } from "./delivery-reports.tsx";
import classes from "./route-path.module.css";

type Route = Schemas["EffectiveRoute"];

interface RoutePathProps {
  readonly channel: string;
  /** Whether the channel is one that we configure on this number. */
  readonly isManaged: boolean;
  readonly route: Route;
  readonly number: Schemas["PhoneNumber"];
  /** Who hears what becomes of the channel's messages. */
  readonly coverage?: Schemas["StatusCoverage"];
}

/** What a field that decides belongs to. */
const DECIDER: Readonly<Record<string, string>> = {
  trunkSid: "SIP trunk",
  voiceApplicationSid: "TwiML App",
  smsApplicationSid: "TwiML App",
  voiceUrl: "The number’s own voice URL",
  smsUrl: "The number’s own message URL",
  voiceReceiveMode: "Set to receive faxes",
  inboundRequestUrl: "Messaging Service",
  callbackUrl: "WhatsApp sender",
  status: "WhatsApp sender",
};

/** Who really answers one channel: from the caller to whoever is asked, with what stands in between. */
export function RoutePath({ channel, isManaged, route, number, coverage }: RoutePathProps) {
  const { verdict, decidedBy, url, reason, warnings, fix } = route;
  const { label, color } =
    isManaged || verdict !== "nobody" ? VERDICT[verdict] : { label: "Not used", color: "gray" };
  return (
    <Paper p="md" component="section" aria-label={`Who answers: ${channel}`}>
      <Group justify="space-between" mb="sm">
        <Title order={2}>{channel}</Title>
        <Badge color={color}>{label}</Badge>
      </Group>
      <ol className={classes.path}>
        <Node icon={<IconPhoneCall size={18} />} title={channel === "Calls" ? "A caller" : "A sender"} />
        {decidedBy && (
          <Node
            icon={<IconRouteAltLeft size={18} />}
            title={DECIDER[decidedBy.field] ?? decidedBy.field}
            detail={decidedBy.sid}
            color={verdict === "shadowed" ? "red" : undefined}
          />
        )}
        {url !== "" && <Node icon={<IconLink size={18} />} title={hostOf(url)} detail={url} />}
        <Answerer route={route} number={number} />
      </ol>
      {verdict === "shadowed" && <Shadowed number={number} />}
      {verdict !== "ours" && (
        <Text size="sm" c="dimmed" mt="sm">
          {reason}
        </Text>
      )}
      {fix.length > 0 && (
        <Text size="sm" c="dimmed">
          What puts it right: {fix.map(({ field }) => field).join(", ")}
        </Text>
      )}
      {coverage && isManaged && <DeliveryReports coverage={coverage} />}
      {warnings.map((warning) => (
        <Text key={warning.kind} size="sm" mt={4}>
          <Badge color="yellow" size="sm" mr={6}>
            May be otherwise
          </Badge>
          {warning.reason}
        </Text>
      ))}
    </Paper>
  );
}

function Answerer({ route: { verdict }, number }: Pick<RoutePathProps, "route" | "number">) {
  const agentName = useAgentName();
  switch (verdict) {
    case "ours":
      return (
        <Node
          icon={<IconRobot size={18} />}
          title={number.chatbotId === null ? "Switchhook" : agentName(number.chatbotId)}
          color="teal"
        />
      );
    case "ours_stale":
      return <Node icon={<IconRobot size={18} />} title="Switchhook, by an earlier address" color="orange" />;
    case "nobody":
      return <Node icon={<IconUserOff size={18} />} title="Nobody" />;
    case "unknown":
      return <Node icon={<IconQuestionMark size={18} />} title="Not known" />;
    case "foreign":
    case "other_deployment":
    case "shadowed":
      return <Node icon={<IconUsers size={18} />} title="Somebody else" color="orange" />;
    default:
      return assertNever(verdict);
  }
}

/** What is set beneath, and not asked. */
function Shadowed({ number }: { readonly number: Schemas["PhoneNumber"] }) {
  const agentName = useAgentName();
  return (
    <Stack gap={4} mt="sm">
      <Text size="xs" c="dimmed">
        Set, but not called:
      </Text>
      <ol className={`${classes.path} ${classes.shadowed}`}>
        <Node icon={<IconLink size={18} />} title="Our URL" />
        <Node
          icon={<IconRobot size={18} />}
          title={number.chatbotId === null ? "Switchhook" : agentName(number.chatbotId)}
        />
      </ol>
    </Stack>
  );
}

interface NodeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly detail?: string;
  readonly color?: string | undefined;
}

function Node({ icon, title, detail, color }: NodeProps) {
  const style = color === undefined ? {} : { borderColor: `var(--mantine-color-${color}-6)` };
  return (
    <li className={classes.step}>
      <IconArrowRight size={16} className={classes.arrow} aria-hidden />
      <div className={classes.node} style={style}>
        <span aria-hidden className={classes.icon}>
          {icon}
        </span>
        <div className={classes.text}>
          <Text size="sm" fw={550} truncate>
            {title}
          </Text>
          {detail !== undefined && (
            <Text size="xs" c="dimmed" truncate title={detail} ff="monospace">
              {detail}
            </Text>
          )}
        </div>
      </div>
    </li>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
