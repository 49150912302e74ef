import { Button, Grid, Group, Paper, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { flushSync } from "react-dom";
import { api, dataOf } from "../../api/client.ts";
import { ApiProblem } from "../../api/problem.ts";
import { ConfirmLeaving } from "../../components/confirm-leaving.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { MessagingForm, VoiceForm } from "./answer-form.tsx";
import { type AgentDraft, answersOf, requestFrom } from "./draft.ts";
import { TwimlPreview, usePreview } from "./twiml-preview.tsx";
import { useFaults } from "./use-faults.ts";

interface AgentEditorProps {
  readonly start: AgentDraft;
  readonly isNew: boolean;
  readonly children?: ReactNode;
}

/** How an agent answers, beside what that comes to. */
export function AgentEditor({ start, isNew, children }: AgentEditorProps) {
  const [draft, setDraft] = useState(start);
  const change = (changed: Partial<AgentDraft>) => setDraft((before) => ({ ...before, ...changed }));
  const { saving, saved } = useSaving(start, isNew);
  const { faults, told, tellTyped, tellAll } = useFaults(draft, isNew);
  const hasFaults = Object.keys(faults).some((path) => path !== "name");
  const preview = usePreview(start.id, hasFaults ? undefined : answersOf(draft));
  const errors = { ...errorsOf(preview.error), ...errorsOf(saving.error), ...told };
  return (
    <Grid gap="md">
      <ConfirmLeaving hasEdits={textOf(draft, isNew) !== textOf(saved, isNew)} />
      <Grid.Col span={{ base: 12, md: 7 }}>
        <form
          noValidate
          onBlur={tellTyped}
          onSubmit={(event) => {
            event.preventDefault();
            if (Object.keys(faults).length === 0) return saving.mutate(draft);
            flushSync(tellAll);
            event.currentTarget.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
          }}
        >
          <Stack>
            <Names draft={draft} isNew={isNew} errors={errors} change={change} />
            <VoiceForm answer={draft.voice} errors={errors} onChange={(voice) => change({ voice })} />
            <MessagingForm
              answer={draft.messaging}
              errors={errors}
              onChange={(messaging) => change({ messaging })}
            />
            <ProblemAlert error={saving.error} />
            <Group justify="flex-end">
              <Button variant="default" renderRoot={(props) => <Link to="/agents" {...props} />}>
                Back
              </Button>
              <Button type="submit" loading={saving.isPending}>
                {isNew ? "Create the agent" : "Save"}
              </Button>
            </Group>
          </Stack>
        </form>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack>
          <TwimlPreview preview={preview} hasFaults={hasFaults} />
          {children}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

interface NamesProps {
  readonly draft: AgentDraft;
  readonly isNew: boolean;
  readonly errors: Readonly<Record<string, string>>;
  readonly change: (changed: Partial<AgentDraft>) => void;
}

function Names({ draft: { id, name }, isNew, errors, change }: NamesProps) {
  return (
    <Paper p="lg">
      <SimpleGrid cols={{ base: 1, xs: isNew ? 2 : 1 }}>
        <TextInput
          label="Name"
          required
          error={errors.name}
          value={name}
          onChange={({ currentTarget }) => change({ name: currentTarget.value })}
        />
        {isNew && (
          <TextInput
            label="Id"
            placeholder="Made for you where it is empty"
            error={errors.id}
            value={id}
            onChange={({ currentTarget }) => change({ id: currentTarget.value })}
          />
        )}
      </SimpleGrid>
    </Paper>
  );
}

function useSaving(start: AgentDraft, isNew: boolean) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [saved, setSaved] = useState(start);
  const saving = useMutation({
    mutationFn: (draft: AgentDraft) => save(draft, isNew),
    onSuccess: async ({ id, name }, draft) => {
      setSaved(draft);
      await client.invalidateQueries({ queryKey: ["agents"] });
      if (isNew) await navigate({ to: "/agents/$id", params: { id }, ignoreBlocker: true });
      const { notifications } = await import("@mantine/notifications");
      const message = "The next call or message is answered like this.";
      notifications.show({ color: "teal", title: `${name} is saved`, message });
    },
  });
  return { saving, saved };
}

/** What would be saved, to compare: a draft keeps what was typed for other ways to answer as well. */
function textOf(draft: AgentDraft, isNew: boolean): string {
  return JSON.stringify(requestFrom(draft, isNew));
}

function save(draft: AgentDraft, isNew: boolean) {
  if (isNew) return dataOf(api.POST("/api/agents", { body: requestFrom(draft, isNew) }));
  const params = { path: { id: draft.id } };
  return dataOf(api.PATCH("/api/agents/{id}", { params, body: requestFrom(draft, isNew) }));
}

function errorsOf(error: unknown): Readonly<Record<string, string>> {
  return error instanceof ApiProblem ? error.fieldErrors : {};
}
