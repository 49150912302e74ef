import { Anchor, Code, Drawer, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { actionLabel } from "../../components/action-label.ts";
import { OutcomeBadge } from "../../components/outcome-badge.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { TargetNameAndId } from "../../components/target-name.tsx";
import { Time } from "../../components/time.tsx";
import { ActorName } from "./audit-columns.tsx";
import { JsonDiff } from "./json-diff.tsx";

const route = getRouteApi("/signed-in/audit");

/** One entry whole: who, what, and each value before and after. */
export function EntryDrawer({ seq }: { readonly seq: number }) {
  const navigate = route.useNavigate();
  const { data, error, isPending } = useQuery({
    queryKey: ["audit", "one", seq],
    queryFn: async ({ signal }) => {
      // The list goes backwards from its cursor.
      const query = { cursor: seq + 1, limit: 1 };
      const { entries } = await dataOf(api.GET("/api/audit", { params: { query }, signal }));
      return entries.find((entry) => entry.seq === seq) ?? null;
    },
  });
  const close = () => void navigate({ search: (before) => ({ ...before, entry: undefined }) });
  return (
    <Drawer opened onClose={close} position="right" size="xl" title={`Entry ${seq.toLocaleString()}`}>
      {isPending && <PageLoading />}
      <ProblemAlert error={error} />
      {data === null && <Text c="dimmed">There is no such entry.</Text>}
      {data && <EntryDetail entry={data} />}
    </Drawer>
  );
}

function EntryDetail({ entry }: { readonly entry: Schemas["AuditEntry"] }) {
  const { action, actor, target, at, outcome, before, after, requestId, prevHash, hash } = entry;
  return (
    <Stack>
      <Group gap="sm">
        <Text fw={600} size="lg">
          {actionLabel(action)}
        </Text>
        <OutcomeBadge outcome={outcome} />
      </Group>
      <Table variant="vertical" layout="fixed" aria-label="The entry">
        <Table.Tbody>
          <Fact name="Who">
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/audit" search={{ actor: actor.userId }} {...props} />}
            >
              <ActorName entry={entry} />
            </Anchor>
            <Text size="xs" c="dimmed">
              {actor.role}
            </Text>
          </Fact>
          <Fact name="When">
            <Time at={at} />
          </Fact>
          <Fact name={actionLabel(target.type)}>
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/audit" search={{ target: target.id }} {...props} />}
            >
              <TargetNameAndId entry={entry} />
            </Anchor>
          </Fact>
          <Fact name="Request">{requestId === "" ? "–" : <Code>{requestId}</Code>}</Fact>
        </Table.Tbody>
      </Table>
      <Title order={3} size="h5">
        Before and after
      </Title>
      <JsonDiff before={before} after={after} />
      <Title order={3} size="h5">
        Seal
      </Title>
      <Table variant="vertical" layout="fixed" aria-label="The seal">
        <Table.Tbody>
          <Fact name="Entry before">
            <Code>{prevHash}</Code>
          </Fact>
          <Fact name="This entry">
            <Code>{hash}</Code>
          </Fact>
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={130}>{name}</Table.Th>
      <Table.Td style={{ overflowWrap: "anywhere" }}>{children}</Table.Td>
    </Table.Tr>
  );
}
