import { Button, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";

interface Draft {
  readonly name: string;
  readonly text: string;
}

/** The simplest one there is; the page of agents has the other ways of answering. */
export function FirstAgentStep() {
  const client = useQueryClient();
  const form = useRequestForm({
    request: "createAgent",
    bodyOf,
    fieldOf: (path) => (path === "voice.text" || path === "messaging.text" ? "text" : path),
    initialValues: { name: "Front desk", text: "Hello! This number is answered by Switchhook." },
  });
  const creating = useMutation({
    mutationFn: (given: Draft) => dataOf(api.POST("/api/agents", { body: bodyOf(given) })),
    onError: form.showProblem,
    onSuccess: () => client.invalidateQueries({ queryKey: ["agents"] }),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => creating.mutate(values))}>
      <Stack>
        <TextInput label="Agent’s name" required {...form.getInputProps("name")} />
        <Textarea
          label="What it says, and replies to messages"
          description="Later it can hand over to a voice model, a stream, another number or your own endpoint."
          autosize
          required
          {...form.getInputProps("text")}
        />
        <ProblemAlert error={creating.error} />
        <div>
          <Button type="submit" loading={creating.isPending}>
            Create the agent
          </Button>
        </div>
      </Stack>
    </form>
  );
}

function bodyOf({ name, text }: Draft) {
  const voice = { kind: "say", text, language: "en-US" } as const;
  return { name, voice, messaging: { kind: "reply", text } as const };
}
