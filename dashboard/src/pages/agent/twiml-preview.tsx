import { Code, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { ApiProblem } from "../../api/problem.ts";
import { Asking } from "../../components/opening.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import type { Answers } from "./draft.ts";
import { indentedXml } from "./indented-xml.ts";

const TYPING_MS = 300;

/** What Twilio would be answered, a moment after the draft was last changed; nothing while that has faults. */
export function usePreview(id: string, answers: Answers | undefined) {
  const asked = answers && JSON.stringify({ ...(id === "" ? {} : { id }), ...answers });
  const [body] = useDebouncedValue(asked, TYPING_MS);
  return useQuery({
    queryKey: ["agents", "preview", body],
    queryFn: ({ signal }) =>
      dataOf(api.POST("/api/agents/preview", { body: JSON.parse(body ?? ""), signal })),
    enabled: body !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

interface TwimlPreviewProps {
  readonly preview: ReturnType<typeof usePreview>;
  readonly hasFaults: boolean;
}

export function TwimlPreview({ preview, hasFaults }: TwimlPreviewProps) {
  const { data, error } = preview;
  const isIncomplete = hasFaults || (error instanceof ApiProblem && error.problem.code === "invalid_input");
  return (
    <Paper p="lg" component="section" aria-labelledby="twiml" aria-busy={preview.isFetching}>
      <Group gap="xs" mb="xs">
        <Title order={2} id="twiml">
          What Twilio gets
        </Title>
        {preview.isFetching && <Asking />}
      </Group>
      {isIncomplete && (
        <Text size="sm" c="dimmed">
          As soon as the answer is complete, its TwiML is here.
        </Text>
      )}
      {!isIncomplete && <ProblemAlert error={error} />}
      {!isIncomplete && !error && data && (
        <Stack gap="sm">
          <Twiml label="For a call" shown={data.voice} />
          <Twiml label="For a message" shown={data.messaging} />
        </Stack>
      )}
    </Paper>
  );
}

function Twiml({ label, shown }: { readonly label: string; readonly shown: Schemas["TwimlPreview"] }) {
  if (!shown) return null;
  const { twiml, fallbackTwiml } = shown;
  return (
    <>
      <Block label={label} twiml={twiml} />
      {fallbackTwiml !== null && (
        <Block label={`${label}, when it cannot be reached`} twiml={fallbackTwiml} />
      )}
    </>
  );
}

function Block({ label, twiml }: { readonly label: string; readonly twiml: string | null }) {
  return (
    <figure style={{ margin: 0 }}>
      <Text component="figcaption" size="xs" c="dimmed" mb={4}>
        {label}
      </Text>
      {twiml === null ? (
        <Text size="sm">Your endpoint writes it.</Text>
      ) : (
        <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {indentedXml(twiml)}
        </Code>
      )}
    </figure>
  );
}
