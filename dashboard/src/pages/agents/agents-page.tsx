import { IconHammer } from "@tabler/icons-react";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";

export function AgentsPage() {
  return (
    <div className="page">
      <PageHeader title="Agents" />
      <EmptyState icon={IconHammer} title="This page is still to be built">
        Until then, what belongs here can be read and done through the API.
      </EmptyState>
    </div>
  );
}
