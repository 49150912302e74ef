import { Alert, Checkbox } from "@mantine/core";
import { api, dataOf } from "../../api/client.ts";
import { SecretText } from "../../components/secret-text.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";
import { EndpointSection } from "./endpoint-section.tsx";
import { useEndpoint } from "./use-endpoint.ts";

const WEBHOOK = {
  queryKey: ["alerts", "webhook"],
  read: async () => (await dataOf(api.GET("/api/alerts/webhook"))).webhook,
  put: (body: { readonly url: string; readonly rotateSecret: boolean }) =>
    dataOf(api.PUT("/api/alerts/webhook", { body })),
  resend: () => dataOf(api.POST("/api/alerts/webhook/resend")),
  remove: () => api.DELETE("/api/alerts/webhook"),
};

export function AlertWebhook() {
  const form = useRequestForm({
    request: "putAlertWebhook",
    initialValues: { url: "", rotateSecret: false },
    bodyOf: (body) => body,
  });
  const { endpoint: webhook, error, setting, resending, remove } = useEndpoint(WEBHOOK, form.showProblem);
  return (
    <EndpointSection
      title="Alerts"
      description="Sent as they open and are resolved, signed as Standard Webhooks says."
      noun="alerts"
      endpoint={webhook}
      resending={resending}
      errors={{ reading: error, setting: setting.error }}
      removal={{
        label: "Remove the webhook",
        text: `Alerts are still listed. ${webhook && webhook.undelivered + webhook.refused} events that were not taken are not sent any more.`,
        remove,
      }}
      onSubmit={form.onSubmit((body) => setting.mutate(body))}
      urlField={form.getInputProps("url")}
      isSetting={setting.isPending}
      below={
        webhook && (
          <Checkbox
            mt="xs"
            label="With a new secret; the present one signs along for 24 hours"
            {...form.getInputProps("rotateSecret", { type: "checkbox" })}
          />
        )
      }
    >
      {setting.data?.secret && (
        <Alert color="teal" title="Copy the secret now: it is shown this once">
          <SecretText label="Secret of the alert webhook" value={setting.data.secret} />
        </Alert>
      )}
    </EndpointSection>
  );
}
