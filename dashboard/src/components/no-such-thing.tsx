import { Anchor, Text } from "@mantine/core";
import { Link, type LinkProps } from "@tanstack/react-router";
import { PageHeader } from "./page-header.tsx";
import { ProblemAlert } from "./problem-alert.tsx";

interface NoSuchThingProps {
  readonly id: string;
  readonly error: Error | null;
  readonly to: NonNullable<LinkProps["to"]>;
  /** Where that leads to. */
  readonly onward: string;
}

/** In place of the page of one thing that could not be read: why not, and where the others are. */
export function NoSuchThing({ id, error, to, onward }: NoSuchThingProps) {
  return (
    <div className="page">
      <PageHeader title={id} />
      <ProblemAlert error={error} />
      <Text mt="md">
        <Anchor renderRoot={(props) => <Link to={to} {...props} />}>{onward}</Anchor>
      </Text>
    </div>
  );
}
