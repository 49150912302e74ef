import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { ConfirmAction } from "../../components/confirm-action.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";
import { EndpointState } from "./endpoint-state.tsx";
import { Section } from "./section.tsx";

const QUERY_KEY = ["usage", "sink"];

interface Draft {
  readonly url: string;
  readonly authorization: string;
}

export function UsageSink() {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: QUERY_KEY,
    queryFn: () => dataOf(api.GET("/api/usage/sink")),
  });
  const form = useRequestForm<Draft>({
    request: "putUsageSink",
    initialValues: { url: "", authorization: "" },
    bodyOf,
    fieldOf: (path) => (path.startsWith("headers") ? "authorization" : path),
  });
  const refresh = () => client.invalidateQueries({ queryKey: QUERY_KEY });
  const setting = useMutation({
    mutationFn: (draft: Draft) => dataOf(api.PUT("/api/usage/sink", { body: bodyOf(draft) })),
    onError: form.showProblem,
    onSuccess: refresh,
  });
  const sink = data?.sink;
  const remove = async () => {
    await api.DELETE("/api/usage/sink");
    await refresh();
  };
  return (
    <Section
      title="Usage"
      description="Every entry of the ledger from now on, as CloudEvents in batches, within minutes and at least once."
      actions={
        sink && (
          <ConfirmAction
            label="Remove"
            title="Send usage nowhere?"
            confirmLabel="Remove the sink"
            onConfirm={remove}
            buttonProps={{ size: "xs" }}
          >
            The ledger stays. {sink.undelivered} entries that were not taken yet are not sent any more.
          </ConfirmAction>
        )
      }
    >
      <Stack gap="sm">
        <ProblemAlert error={error} />
        {sink && <EndpointState endpoint={sink} />}
        {sink && sink.headers.length > 0 && (
          <Text size="sm" c="dimmed">
            Sent along: {sink.headers.join(", ")}
          </Text>
        )}
        <form noValidate onSubmit={form.onSubmit((draft) => setting.mutate(draft))}>
          <Group align="flex-start">
            <TextInput
              label={sink ? "Another URL for usage" : "URL for usage"}
              placeholder="https://example.com/usage"
              required
              flex="1 1 260px"
              {...form.getInputProps("url")}
            />
            <TextInput
              label="Authorization header"
              placeholder="Bearer …"
              autoComplete="off"
              flex="1 1 180px"
              {...form.getInputProps("authorization")}
            />
            <Button type="submit" mt={25} loading={setting.isPending}>
              Send usage there
            </Button>
          </Group>
        </form>
        <ProblemAlert error={setting.error} />
      </Stack>
    </Section>
  );
}

function bodyOf({ url, authorization }: Draft) {
  return authorization === "" ? { url } : { url, headers: { Authorization: authorization } };
}
