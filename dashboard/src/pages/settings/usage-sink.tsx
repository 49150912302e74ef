import { Text, TextInput } from "@mantine/core";
import { api, dataOf } from "../../api/client.ts";
import { useRequestForm } from "../../forms/use-request-form.ts";
import { EndpointSection } from "./endpoint-section.tsx";
import { useEndpoint } from "./use-endpoint.ts";

interface Draft {
  readonly url: string;
  readonly authorization: string;
}

const SINK = {
  queryKey: ["usage", "sink"],
  read: async () => (await dataOf(api.GET("/api/usage/sink"))).sink,
  put: (draft: Draft) => dataOf(api.PUT("/api/usage/sink", { body: bodyOf(draft) })),
  resend: () => dataOf(api.POST("/api/usage/sink/resend")),
  remove: () => api.DELETE("/api/usage/sink"),
};

export function UsageSink() {
  const form = useRequestForm<Draft>({
    request: "putUsageSink",
    initialValues: { url: "", authorization: "" },
    bodyOf,
    fieldOf: (path) => (path.startsWith("headers") ? "authorization" : path),
  });
  const { endpoint: sink, error, setting, resending, remove } = useEndpoint(SINK, form.showProblem);
  return (
    <EndpointSection
      title="Usage"
      description="Every entry of the ledger from now on, as CloudEvents in batches, within minutes and at least once."
      noun="usage"
      endpoint={sink}
      resending={resending}
      errors={{ reading: error, setting: setting.error }}
      removal={{
        label: "Remove the sink",
        text: `The ledger stays. ${sink && sink.undelivered + sink.refused} entries that were not taken are not sent any more.`,
        remove,
      }}
      onSubmit={form.onSubmit((draft) => setting.mutate(draft))}
      urlField={form.getInputProps("url")}
      isSetting={setting.isPending}
      beside={
        <TextInput
          label="Authorization header"
          placeholder="Bearer …"
          autoComplete="off"
          flex="1 1 180px"
          {...form.getInputProps("authorization")}
        />
      }
    >
      {sink && sink.headers.length > 0 && (
        <Text size="sm" c="dimmed">
          Sent along: {sink.headers.join(", ")}
        </Text>
      )}
    </EndpointSection>
  );
}

function bodyOf({ url, authorization }: Draft) {
  return authorization === "" ? { url } : { url, headers: { Authorization: authorization } };
}
