import { Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { accountsQuery, agentsQuery } from "../../api/numbers.ts";
import { AdminsOnly } from "../../components/admins-only.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { PhoneNumber } from "../../components/phone-number.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { ConnectForm } from "../../connecting/connect-form.tsx";
import { TestCall } from "../number/test-drawers.tsx";
import { FirstAgentStep } from "./first-agent-step.tsx";
import { FirstNumberStep } from "./first-number-step.tsx";
import { ImportStep } from "./import-step.tsx";
import { Step } from "./step.tsx";

/** From nothing to a number that is answered, in five steps. What is done already is read, not remembered. */
export function StartPage() {
  const accounts = useQuery(accountsQuery);
  const agents = useQuery(agentsQuery);
  const numbers = useQuery({
    queryKey: ["phone-numbers", "first"],
    queryFn: () => dataOf(api.GET("/api/phone-numbers", { params: { query: { limit: 1 } } })),
  });
  const assigned = useQuery({
    queryKey: ["phone-numbers", "first-assigned"],
    queryFn: () =>
      dataOf(api.GET("/api/phone-numbers", { params: { query: { limit: 1, assigned: "true" } } })),
  });
  const error = accounts.error ?? agents.error ?? numbers.error ?? assigned.error;
  if (error) return <ProblemAlert error={error} />;
  if (!accounts.data || !agents.data || !numbers.data || !assigned.data) return <PageLoading />;
  const [first] = numbers.data.phoneNumbers;
  const [answered] = assigned.data.phoneNumbers;
  const done = [
    accounts.data.length > 0,
    first !== undefined,
    agents.data.length > 0,
    answered !== undefined,
    false,
  ];
  const current = done.indexOf(false);
  const stateOf = (index: number) => (done[index] ? "done" : index === current ? "current" : "later");
  return (
    <div className="page" style={{ maxWidth: 680 }}>
      <PageHeader title="Begin" description="From a Twilio account to a number that an agent answers." />
      <Paper p="lg">
        <Stack gap="lg" component="ol" m={0} p={0} style={{ listStyle: "none" }}>
          <Step state={stateOf(0)} title="Connect a Twilio account" summary={describeAccounts(accounts.data)}>
            <Stack>
              <Text size="sm" c="dimmed">
                Both are on the first page of Twilio’s console. The token is stored encrypted, and checked
                with Twilio now.
              </Text>
              <AdminsOnly may="connect accounts">
                <ConnectForm />
              </AdminsOnly>
            </Stack>
          </Step>
          <Step state={stateOf(1)} title="Import its numbers" summary="Nothing has changed in Twilio.">
            <ImportStep accounts={accounts.data} />
          </Step>
          <Step state={stateOf(2)} title="Create an agent" summary={agents.data[0]?.name ?? ""}>
            <FirstAgentStep />
          </Step>
          <Step
            state={stateOf(3)}
            title="Assign a number to it"
            summary={answered && <PhoneNumber e164={answered.phoneNumber} />}
          >
            {first && <FirstNumberStep first={first} />}
          </Step>
          <Step state={stateOf(4)} title="Make a test call" summary="">
            {answered && <TestCall number={answered} />}
          </Step>
        </Stack>
      </Paper>
    </div>
  );
}

function describeAccounts(
  accounts: readonly { readonly friendlyName: string; readonly sid: string }[],
): string {
  return accounts.map(({ friendlyName, sid }) => friendlyName || sid).join(", ");
}
