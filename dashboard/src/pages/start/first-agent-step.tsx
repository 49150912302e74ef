import { Button, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { ApiProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../components/problem-alert.tsx";

/** The simplest one there is; the page of agents has the other ways of answering. */
export function FirstAgentStep() {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: "Front desk", text: "Hello! This number is answered by Switchhook." },
  });
  const creating = useMutation({
    mutationFn: ({ name, text }: { readonly name: string; readonly text: string }) => {
      const voice = { kind: "say", text, language: "en-US" } as const;
      const messaging = { kind: "reply", text } as const;
      return dataOf(api.POST("/api/agents", { body: { name, voice, messaging } }));
    },
    onError: (error) => form.setErrors(error instanceof ApiProblem ? { ...error.fieldErrors } : {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ["agents"] }),
  });
  return (
    <form onSubmit={form.onSubmit((values) => creating.mutate(values))}>
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
