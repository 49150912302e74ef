import { Accordion, Paper, Select, Stack, Title } from "@mantine/core";
import { useState } from "react";
import {
  type Field,
  MESSAGING_WAYS,
  type MessagingKind,
  VOICE_WAYS,
  type VoiceKind,
} from "./answer-fields.ts";
import type { AnswerDraft, Values } from "./draft.ts";
import { FallbackFields } from "./fallback-fields.tsx";
import { FieldGrid } from "./field-grid.tsx";
import { LanguageFields } from "./language-fields.tsx";
import { ParameterFields } from "./parameter-fields.tsx";

interface AnswerFormProps<Kind extends string> {
  readonly answer: AnswerDraft<Kind>;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (answer: AnswerDraft<Kind>) => void;
}

const VOICE_CHOICES = choicesOf(VOICE_WAYS);
const MESSAGING_CHOICES = choicesOf(MESSAGING_WAYS);

export function VoiceForm({ answer, errors, onChange }: AnswerFormProps<VoiceKind>) {
  const { kind } = answer;
  const { fields, more = [], fallbacks = [], hasParameters, hasLanguages } = VOICE_WAYS[kind];
  const [isUnfolded, setUnfolded] = useState(false);
  const values = answer.values[kind] ?? {};
  const change = (changed: Values) => onChange(withValues(answer, changed));
  return (
    <Paper p="lg" component="section" aria-labelledby="calls">
      <Stack>
        <Title order={2} id="calls">
          Calls
        </Title>
        <Select
          label="How it answers calls"
          description={VOICE_WAYS[kind].meaning}
          data={VOICE_CHOICES}
          allowDeselect={false}
          value={kind}
          onChange={(chosen) => chosen && onChange({ ...answer, kind: chosen })}
        />
        <FieldGrid fields={fields} values={values} path="voice" errors={errors} onChange={change} />
        {fallbacks.length > 0 && (
          <FallbackFields
            kinds={fallbacks}
            fallback={values.fallback}
            errors={errors}
            onChange={(fallback) => change({ ...values, fallback })}
          />
        )}
        {hasParameters && (
          <ParameterFields
            key={kind}
            parameters={values.parameters}
            error={Object.entries(errors).find(([path]) => path.startsWith("voice.parameters"))?.[1]}
            onChange={(parameters) => change({ ...values, parameters })}
          />
        )}
        {more.length > 0 && (
          <Accordion
            variant="contained"
            value={isUnfolded || hasFaultIn(more, errors) ? "more" : null}
            onChange={(opened) => setUnfolded(opened !== null)}
          >
            <Accordion.Item value="more">
              <Accordion.Control>More of Twilio’s settings</Accordion.Control>
              <Accordion.Panel>
                <Stack>
                  <FieldGrid fields={more} values={values} path="voice" errors={errors} onChange={change} />
                  {hasLanguages && (
                    <LanguageFields
                      languages={values.languages}
                      errors={errors}
                      onChange={(languages) => change({ ...values, languages })}
                    />
                  )}
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        )}
      </Stack>
    </Paper>
  );
}

export function MessagingForm({ answer, errors, onChange }: AnswerFormProps<MessagingKind>) {
  const { kind } = answer;
  return (
    <Paper p="lg" component="section" aria-labelledby="messages">
      <Stack>
        <Title order={2} id="messages">
          Messages
        </Title>
        <Select
          label="How it answers messages"
          description={MESSAGING_WAYS[kind].meaning}
          data={MESSAGING_CHOICES}
          allowDeselect={false}
          value={kind}
          onChange={(chosen) => chosen && onChange({ ...answer, kind: chosen })}
        />
        <FieldGrid
          fields={MESSAGING_WAYS[kind].fields}
          values={answer.values[kind] ?? {}}
          path="messaging"
          errors={errors}
          onChange={(changed) => onChange(withValues(answer, changed))}
        />
      </Stack>
    </Paper>
  );
}

/** Of what is folded away, languages included. */
function hasFaultIn(fields: readonly Field[], errors: Readonly<Record<string, string>>): boolean {
  return Object.keys(errors).some(
    (path) => path.startsWith("voice.languages.") || fields.some(({ name }) => path === `voice.${name}`),
  );
}

function withValues<Kind extends string>(answer: AnswerDraft<Kind>, values: Values): AnswerDraft<Kind> {
  return { ...answer, values: { ...answer.values, [answer.kind]: values } };
}

function choicesOf<Kind extends string>(ways: Readonly<Record<Kind, { readonly label: string }>>) {
  // The keys of a record are its kinds.
  const kinds = Object.keys(ways) as Kind[];
  return kinds.map((kind) => ({ value: kind, label: ways[kind].label }));
}
