import { Button, Group, Stack, TextInput } from "@mantine/core";
import type { FormEventHandler, ReactNode } from "react";
import { ConfirmAction } from "../../components/confirm-action.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { type Endpoint, EndpointState } from "./endpoint-state.tsx";
import { Section } from "./section.tsx";

interface EndpointSectionProps {
  readonly title: string;
  readonly description: string;
  /** What is sent, such as “alerts”. */
  readonly noun: string;
  readonly endpoint: Endpoint | null | undefined;
  readonly resending: {
    readonly mutate: () => void;
    readonly isPending: boolean;
    readonly error: Error | null;
  };
  /** Why it could not be read, or not be set. */
  readonly errors: { readonly reading: Error | null; readonly setting: Error | null };
  readonly removal: {
    readonly label: string;
    readonly text: ReactNode;
    readonly remove: () => Promise<void>;
  };
  readonly onSubmit: FormEventHandler<HTMLFormElement>;
  readonly urlField: object;
  readonly isSetting: boolean;
  /** What is set together with the URL: beside it, and below. */
  readonly beside?: ReactNode;
  readonly below?: ReactNode;
  readonly children?: ReactNode;
}

/** Where something is sent to, and the form that says where. */
export function EndpointSection(props: EndpointSectionProps) {
  const { title, description, noun, endpoint, resending, errors, removal, beside, below, children } = props;
  return (
    <Section
      title={title}
      description={description}
      actions={
        endpoint && (
          <ConfirmAction
            label="Remove"
            title={`Send ${noun} nowhere?`}
            confirmLabel={removal.label}
            onConfirm={removal.remove}
            buttonProps={{ size: "xs" }}
          >
            {removal.text}
          </ConfirmAction>
        )
      }
    >
      <Stack gap="sm">
        <ProblemAlert error={errors.reading} />
        {endpoint && (
          <EndpointState
            endpoint={endpoint}
            onResend={() => resending.mutate()}
            isResending={resending.isPending}
          />
        )}
        <ProblemAlert error={resending.error} />
        <form noValidate onSubmit={props.onSubmit}>
          <Group align="flex-start">
            <TextInput
              label={endpoint ? `Another URL for ${noun}` : `URL for ${noun}`}
              placeholder={`https://example.com/${noun}`}
              required
              flex="1 1 260px"
              {...props.urlField}
            />
            {beside}
            <Button type="submit" mt={25} loading={props.isSetting}>
              Send {noun} there
            </Button>
          </Group>
          {below}
        </form>
        <ProblemAlert error={errors.setting} />
        {children}
      </Stack>
    </Section>
  );
}
