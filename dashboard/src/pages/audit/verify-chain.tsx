import { Alert, Anchor, Button, Group, Paper, Text } from "@mantine/core";
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { Time } from "../../components/time.tsx";

/** Recomputes every seal on the server, and says what came of it. */
export function VerifyChain() {
  const verifying = useMutation({
    mutationFn: async () => {
      const verdict = await dataOf(api.GET("/api/audit/verify"));
      return { verdict, at: new Date().toISOString() };
    },
  });
  return (
    <Paper p="md" mb="md">
      <Group justify="space-between" gap="sm">
        <Text size="sm" maw={560}>
          An entry that was changed, removed, added or moved afterwards shows: the seals would not fit any
          more.
        </Text>
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          loading={verifying.isPending}
          onClick={() => verifying.mutate()}
        >
          Verify the chain
        </Button>
      </Group>
      <ProblemAlert error={verifying.error} />
      {verifying.data && <Verdict {...verifying.data} />}
    </Paper>
  );
}

function Verdict({ verdict, at }: { readonly verdict: Schemas["AuditVerdict"]; readonly at: string }) {
  const { valid, entries, firstBroken } = verdict;
  if (valid) {
    return (
      <Alert
        color="teal"
        mt="sm"
        role="status"
        icon={<IconShieldCheck aria-hidden />}
        title="The chain is whole"
      >
        {entries === 1
          ? "One entry fits."
          : `All ${entries.toLocaleString()} entries fit, from the first to the last.`}{" "}
        Verified <Time at={at} />.
      </Alert>
    );
  }
  return (
    <Alert color="red" mt="sm" role="alert" icon={<IconShieldX aria-hidden />} title="The chain is broken">
      {entries.toLocaleString()} entries fit, from the first on.{" "}
      {firstBroken && (
        <>
          Then{" "}
          <Anchor
            size="sm"
            c="inherit"
            renderRoot={(props) => (
              <Link
                from="/audit"
                to="."
                search={(before) => ({ ...before, entry: firstBroken.seq })}
                {...props}
              />
            )}
          >
            entry {firstBroken.seq.toLocaleString()}
          </Anchor>{" "}
          does not: {firstBroken.reason}
        </>
      )}
    </Alert>
  );
}
