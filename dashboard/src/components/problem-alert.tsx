import { Alert, Anchor, Group, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { ApiProblem, ConnectionLost } from "../api/problem.ts";

/** What happened, what to do about it, and where to read more. */
export function ProblemAlert({ error, title }: { readonly error: unknown; readonly title?: string }) {
  if (error === null || error === undefined) return null;
  const { what, detail, link, requestId } = describe(error);
  return (
    <Alert color="red" icon={<IconAlertCircle aria-hidden />} title={title ?? what} role="alert">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {title !== undefined && detail === undefined ? what : detail}
      </Text>
      {link !== undefined && (
        <Group gap="md" mt={6}>
          <Anchor size="sm" href={link} target="_blank" c="inherit" td="underline">
            What this means and what to do
          </Anchor>
          {requestId !== "" && (
            <Text size="xs" c="inherit" ff="monospace">
              {requestId}
            </Text>
          )}
        </Group>
      )}
    </Alert>
  );
}

/** Over what was read before, which stays, and may have changed meanwhile. */
export function NotReadAgain({ error }: { readonly error: unknown }) {
  return <ProblemAlert error={error} title="This could not be read again, and may have changed" />;
}

interface Description {
  readonly what: string;
  readonly detail?: string | undefined;
  readonly link?: string;
  readonly requestId?: string;
}

function describe(error: unknown): Description {
  if (error instanceof ApiProblem) {
    const { title, detail, type, requestId } = error.problem;
    const what = /[.!?]$/.test(title) ? title : `${title}.`;
    return { what, detail, requestId, ...(error.isDescribed ? { link: type } : {}) };
  }
  if (error instanceof ConnectionLost) {
    return { what: "The server did not answer.", detail: "See whether it took place before you try again." };
  }
  return {
    what: "Something went wrong here.",
    detail: error instanceof Error ? error.message : String(error),
  };
}
