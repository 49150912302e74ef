import { Button, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { organizationsQuery, signOut, switchOrganization } from "../../api/session.ts";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Outside } from "./outside.tsx";

/** For those who are signed in and are a member no longer, or not yet. */
export function NoOrganizationPage() {
  const navigate = useNavigate();
  const { data: organizations = [], error, isPending } = useQuery(organizationsQuery);
  const choosing = useMutation({ mutationFn: switchOrganization, onSuccess: () => navigate({ to: "/" }) });
  const leaving = useMutation({ mutationFn: signOut, onSuccess: () => navigate({ to: "/sign-in" }) });
  return (
    <Outside title="No organization">
      <Text size="sm">
        You are signed in, but not a member of the organization that you were in. Ask one of its owners or
        admins to invite you, and open the link that they give you.
      </Text>
      {isPending && <PageLoading />}
      {organizations.map(({ id, name }) => (
        <Button key={id} loading={choosing.isPending} onClick={() => choosing.mutate(id)}>
          Go on in {name}
        </Button>
      ))}
      <Button variant="default" loading={leaving.isPending} onClick={() => leaving.mutate()}>
        Sign out
      </Button>
      <ProblemAlert error={error ?? choosing.error ?? leaving.error} />
    </Outside>
  );
}
