import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, type Schemas } from "../../api/client.ts";
import { ConfirmAction } from "../../components/confirm-action.tsx";

export function DeleteAgent({ agent: { id, name } }: { readonly agent: Schemas["Agent"] }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await api.DELETE("/api/agents/{id}", { params: { path: { id } } });
    await navigate({ to: "/agents", ignoreBlocker: true });
    await client.invalidateQueries({ queryKey: ["agents"] });
  };
  return (
    <ConfirmAction
      label="Delete"
      title={`Delete ${name}?`}
      confirmLabel="Delete the agent"
      onConfirm={remove}
      buttonProps={{ color: "red", variant: "light" }}
    >
      It can only be deleted while it answers no number. What it has said stays in the lists of calls and
      messages.
    </ConfirmAction>
  );
}
