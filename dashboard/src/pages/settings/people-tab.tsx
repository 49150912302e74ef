import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  cancelInvitation,
  changeRole,
  invite,
  type Member,
  organizationQuery,
  type PendingInvitation,
  removeMember,
} from "../../api/members.ts";
import { useIsAdmin } from "../../api/who.ts";
import { AdminsOnly } from "../../components/admins-only.tsx";
import { ConfirmAction } from "../../components/confirm-action.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { NotReadAgain, ProblemAlert } from "../../components/problem-alert.tsx";
import { SecretText } from "../../components/secret-text.tsx";
import { Time } from "../../components/time.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";
import { Section } from "./section.tsx";

const ROLES = ["member", "admin", "owner"];

export function PeopleTab() {
  const { data: organization, error } = useQuery(organizationQuery);
  if (organization === undefined) return error ? <ProblemAlert error={error} /> : <PageLoading />;
  const invitations = organization?.invitations.filter(({ status }) => status === "pending") ?? [];
  return (
    <>
      <NotReadAgain error={error} />
      <Section
        title="Members"
        description="Admins may change everything; members what belongs to the numbers."
      >
        <Stack gap="sm">
          {organization?.members.map((member) => (
            <MemberRow key={member.id} member={member} />
          ))}
        </Stack>
      </Section>
      <Section
        title="Invitations"
        description="No e-mail is sent: give whoever you invite the link. It is good for their address alone."
      >
        <Stack gap="sm">
          {invitations.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} />
          ))}
          <AdminsOnly may="invite, and change who belongs to it">
            <InviteForm />
          </AdminsOnly>
        </Stack>
      </Section>
    </>
  );
}

/** What changes the organization is seen at once. */
function useOrganizationChange<T>(change: (input: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: organizationQuery.queryKey }),
  });
}

function MemberRow({ member }: { readonly member: Member }) {
  const { id, role, user } = member;
  const isAdmin = useIsAdmin();
  const changing = useOrganizationChange((wanted: string) => changeRole(id, wanted));
  const removing = useOrganizationChange(() => removeMember(id));
  return (
    <>
      <Group justify="space-between" gap="sm">
        <div>
          <Text size="sm" fw={550}>
            {user.name}
          </Text>
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
        </div>
        {!isAdmin && (
          <Text size="sm" c="dimmed">
            {role}
          </Text>
        )}
        <Group gap="xs" display={isAdmin ? undefined : "none"}>
          <Select
            size="xs"
            w={110}
            aria-label={`Role of ${user.name}`}
            data={ROLES}
            value={role}
            allowDeselect={false}
            onChange={(wanted) => wanted !== null && changing.mutate(wanted)}
          />
          <ConfirmAction
            label="Remove"
            title={`Remove ${user.name}?`}
            confirmLabel="Remove from the organization"
            onConfirm={() => removing.mutateAsync(undefined)}
            buttonProps={{ size: "xs" }}
          >
            Their sessions no longer act for this organization. What they have done stays in the audit log.
          </ConfirmAction>
        </Group>
      </Group>
      <ProblemAlert error={changing.error} />
    </>
  );
}

function InvitationRow({ invitation }: { readonly invitation: PendingInvitation }) {
  const { id, email, role, expiresAt } = invitation;
  const isAdmin = useIsAdmin();
  const cancelling = useOrganizationChange(() => cancelInvitation(id));
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm">
          {email}, as {role}, until <Time at={expiresAt} />
        </Text>
        <Button
          size="xs"
          variant="default"
          display={isAdmin ? undefined : "none"}
          loading={cancelling.isPending}
          onClick={() => cancelling.mutate(undefined)}
        >
          Withdraw
        </Button>
      </Group>
      <SecretText
        label={`Link for ${email}`}
        value={`${location.origin}/accept-invitation?id=${encodeURIComponent(id)}`}
      />
      <ProblemAlert error={cancelling.error} />
    </div>
  );
}

function InviteForm() {
  const form = useRequestForm({
    request: "invite",
    initialValues: { email: "", role: "member" },
    bodyOf: (given) => given,
  });
  const inviting = useOrganizationChange(
    ({ email, role }: { readonly email: string; readonly role: string }) => invite(email, role),
  );
  const submit = form.onSubmit((given) => inviting.mutate(given, { onSuccess: () => form.reset() }));
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label="E-mail address"
          type="email"
          required
          flex="1 1 220px"
          {...form.getInputProps("email")}
        />
        <Select label="Role" data={ROLES} w={120} allowDeselect={false} {...form.getInputProps("role")} />
        <Button type="submit" loading={inviting.isPending}>
          Invite
        </Button>
      </Group>
      <ProblemAlert error={inviting.error} />
    </form>
  );
}
