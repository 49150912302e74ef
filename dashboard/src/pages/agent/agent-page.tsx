import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { NoSuchThing } from "../../components/no-such-thing.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { NotReadAgain } from "../../components/problem-alert.tsx";
import { AgentEditor } from "./agent-editor.tsx";
import { AnsweredNumbers } from "./answered-numbers.tsx";
import { DeleteAgent } from "./delete-agent.tsx";
import { draftOf, NEW_AGENT } from "./draft.ts";
import { WebhookSecret } from "./webhook-secret.tsx";

const route = getRouteApi("/signed-in/agents/$id");

export function AgentPage() {
  const { id } = route.useParams();
  const {
    data: agent,
    error,
    isPending,
  } = useQuery({
    queryKey: ["agents", "one", id],
    queryFn: () => dataOf(api.GET("/api/agents/{id}", { params: { path: { id } } })),
  });
  if (isPending) return <PageLoading />;
  if (!agent) return <NoSuchThing id={id} error={error} to="/agents" onward="To all agents" />;
  const hasEndpoint = agent.voice.kind === "webhook" || agent.messaging.kind === "webhook";
  return (
    <div className="page">
      <PageHeader title={agent.name} description={agent.id} actions={<DeleteAgent agent={agent} />} />
      <NotReadAgain error={error} />
      <AgentEditor key={agent.id} start={draftOf(agent)} isNew={false}>
        <AnsweredNumbers agentId={id} />
        {hasEndpoint && <WebhookSecret agentId={id} />}
      </AgentEditor>
    </div>
  );
}

export function NewAgentPage() {
  return (
    <div className="page">
      <PageHeader
        title="New agent"
        description="Takes calls and messages of the numbers that you assign to it."
      />
      <AgentEditor start={NEW_AGENT} isNew />
    </div>
  );
}
