import { Alert, Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { ConfirmAction } from "../../components/confirm-action.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { SecretText } from "../../components/secret-text.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";
import { EndpointState } from "./endpoint-state.tsx";
import { Section } from "./section.tsx";

const QUERY_KEY = ["alerts", "webhook"];

export function AlertWebhook() {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: QUERY_KEY,
    queryFn: () => dataOf(api.GET("/api/alerts/webhook")),
  });
  const form = useRequestForm({
    request: "putAlertWebhook",
    initialValues: { url: "", rotateSecret: false },
    bodyOf: (body) => body,
  });
  const refresh = () => client.invalidateQueries({ queryKey: QUERY_KEY });
  const setting = useMutation({
    mutationFn: (body: { readonly url: string; readonly rotateSecret: boolean }) =>
      dataOf(api.PUT("/api/alerts/webhook", { body })),
    onError: form.showProblem,
    onSuccess: refresh,
  });
  const webhook = data?.webhook;
  const remove = async () => {
    await api.DELETE("/api/alerts/webhook");
    await refresh();
  };
  return (
    <Section
      title="Alerts"
      description="Sent as they open and are resolved, signed as Standard Webhooks says."
      actions={
        webhook && (
          <ConfirmAction
            label="Remove"
            title="Send alerts nowhere?"
            confirmLabel="Remove the webhook"
            onConfirm={remove}
            buttonProps={{ size: "xs" }}
          >
            Alerts are still listed. {webhook.undelivered} events that were not taken yet are not sent any
            more.
          </ConfirmAction>
        )
      }
    >
      <Stack gap="sm">
        <ProblemAlert error={error} />
        {webhook && <EndpointState endpoint={webhook} />}
        <form noValidate onSubmit={form.onSubmit((body) => setting.mutate(body))}>
          <Group align="flex-start">
            <TextInput
              label={webhook ? "Another URL for alerts" : "URL for alerts"}
              placeholder="https://example.com/alerts"
              required
              flex="1 1 260px"
              {...form.getInputProps("url")}
            />
            <Button type="submit" mt={25} loading={setting.isPending}>
              Send alerts there
            </Button>
          </Group>
          {webhook && (
            <Checkbox
              mt="xs"
              label="With a new secret; the present one signs along for 24 hours"
              {...form.getInputProps("rotateSecret", { type: "checkbox" })}
            />
          )}
        </form>
        <ProblemAlert error={setting.error} />
        {setting.data?.secret && (
          <Alert color="teal" title="Copy the secret now: it is shown this once">
            <SecretText label="Secret of the alert webhook" value={setting.data.secret} />
          </Alert>
        )}
      </Stack>
    </Section>
  );
}
