import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type Organization, sessionQuery, switchOrganization } from "../api/session.ts";

export default function OrganizationChoice(props: { readonly organizations: readonly Organization[] }) {
  const router = useRouter();
  const { data: session } = useQuery(sessionQuery);
  const choose = async (id: string | null) => {
    if (id === null) return;
    await switchOrganization(id);
    // What the page shows belongs to the other organization, and so may its address.
    await router.navigate({ to: "/" });
    await router.invalidate();
  };
  return (
    <Select
      aria-label="Organization"
      mb="sm"
      data={props.organizations.map(({ id, name }) => ({ value: id, label: name }))}
      value={session?.session.activeOrganizationId ?? null}
      onChange={(id) => void choose(id)}
      allowDeselect={false}
    />
  );
}
