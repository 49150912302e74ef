import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { acceptInvitation, invitationQuery, sessionQuery } from "../../api/session.ts";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Outside } from "./outside.tsx";

const route = getRouteApi("/accept-invitation");

export function InvitationPage() {
  const { id } = route.useSearch();
  const { data: session, isPending } = useQuery(sessionQuery);
  return (
    <Outside title="You are invited">
      {isPending ? <PageLoading /> : session ? <Invitation id={id} /> : <SignInFirst id={id} />}
    </Outside>
  );
}

/** Who may see an invitation is decided by the address that it was sent to. */
function SignInFirst({ id }: { readonly id: string }) {
  const search = { from: `/accept-invitation?id=${encodeURIComponent(id)}` };
  return (
    <>
      <Text size="sm">Sign in, or create an account with the address that the invitation was sent to.</Text>
      <Group grow>
        <Button renderRoot={(props) => <Link to="/sign-up" search={search} {...props} />}>
          Create an account
        </Button>
        <Button variant="default" renderRoot={(props) => <Link to="/sign-in" search={search} {...props} />}>
          Sign in
        </Button>
      </Group>
    </>
  );
}

function Invitation({ id }: { readonly id: string }) {
  const navigate = useNavigate();
  const { data: invitation, error, isPending } = useQuery(invitationQuery(id));
  const accept = useMutation({
    mutationFn: () => acceptInvitation(id),
    onSuccess: () => navigate({ to: "/" }),
  });
  if (isPending) return <PageLoading />;
  if (!invitation) return <ProblemAlert error={error} title="This invitation cannot be accepted" />;
  return (
    <>
      <Text size="sm">
        {invitation.inviterEmail} invites you to join <strong>{invitation.organizationName}</strong> as{" "}
        {invitation.role}.
      </Text>
      <Button loading={accept.isPending} onClick={() => accept.mutate()}>
        Join {invitation.organizationName}
      </Button>
      <ProblemAlert error={accept.error} />
    </>
  );
}
