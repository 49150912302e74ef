import { Alert, Button, Group, Paper, Select, Stack, Text } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { accountsQuery } from "../../api/numbers.ts";
import { countDays } from "../../components/days.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { ComparisonTable } from "./comparison-table.tsx";
import { type Days, MAX_RECONCILED_DAYS } from "./days.ts";

const route = getRouteApi("/signed-in/usage");

interface OneAccount extends Days {
  readonly accountId: string;
}

/** Our ledger beside Twilio's own records, account by account. */
export function ComparisonTab({ days: { from, to } }: { readonly days: Days }) {
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: accounts, error, isPending } = useQuery(accountsQuery);
  const accountId = accounts?.find(({ id }) => id === account)?.id ?? accounts?.[0]?.id;
  if (isPending) return <PageLoading />;
  if (error) return <ProblemAlert error={error} />;
  if (accountId === undefined) {
    return (
      <EmptyState
        icon={IconScale}
        title="No Twilio account is connected"
        action={<Button renderRoot={(props) => <Link to="/start" {...props} />}>Connect one</Button>}
      >
        Its records can then be compared with what was counted here.
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm">
      {accounts.length > 1 && (
        <Select
          aria-label="Twilio account"
          w={260}
          allowDeselect={false}
          data={accounts.map(({ id, friendlyName }) => ({ value: id, label: friendlyName }))}
          value={accountId}
          onChange={(id) =>
            void navigate({ search: (before) => ({ ...before, account: id ?? undefined }), replace: true })
          }
        />
      )}
      <Comparison key={accountId} accountId={accountId} from={from} to={to} />
    </Stack>
  );
}

function Comparison({ accountId, from, to }: OneAccount) {
  const { data, error, isPending } = useQuery({
    queryKey: ["usage", "comparison", accountId, from, to],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/usage/comparison", { params: { query: { accountId, from, to } }, signal })),
  });
  return (
    <>
      <Reconcile accountId={accountId} from={from} to={to} />
      <ProblemAlert error={error} />
      {isPending && <PageLoading />}
      {data?.comparisons.length === 0 && (
        <EmptyState icon={IconScale} title="These days were not compared yet">
          Each day is compared by itself for three days. “Compare now” does it at once, and adds to the ledger
          what no report of Twilio’s had told of.
        </EmptyState>
      )}
      {data && data.comparisons.length > 0 && (
        <Paper style={{ overflow: "hidden" }}>
          <ComparisonTable comparisons={data.comparisons} />
        </Paper>
      )}
    </>
  );
}

function Reconcile({ accountId, from, to }: OneAccount) {
  const client = useQueryClient();
  const reconciling = useMutation({
    mutationFn: () => dataOf(api.POST("/api/usage/reconcile", { body: { accountId, from, to } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["usage"] }),
  });
  return (
    <>
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" maw={560}>
          Twilio counts every number of the account, we those that you imported. At most {MAX_RECONCILED_DAYS}{" "}
          days are compared at once.
        </Text>
        <Button
          variant="default"
          disabled={countDays(from, to) > MAX_RECONCILED_DAYS}
          loading={reconciling.isPending}
          onClick={() => reconciling.mutate()}
        >
          Compare now
        </Button>
      </Group>
      <ProblemAlert error={reconciling.error} />
      {reconciling.data && <Outcome counts={reconciling.data} />}
    </>
  );
}

function Outcome({ counts }: { readonly counts: Schemas["ReconciliationCounts"] }) {
  const { seen, charges, corrections, isComplete } = counts;
  return (
    <Alert
      color={isComplete ? "teal" : "orange"}
      role="status"
      title={isComplete ? "Compared" : "Time ran out"}
    >
      Twilio listed {seen.toLocaleString()} calls and messages. {charges.toLocaleString()} were missing here
      and were added; {corrections.toLocaleString()} were different and were corrected.
      {isComplete ? "" : " Choose fewer days for the rest."}
    </Alert>
  );
}
