import { Button } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { EmptyState } from "../../components/empty-state.tsx";
import { isFiltered } from "./activity-query.ts";

const route = getRouteApi("/signed-in/activity");

export function NoActivity({ noun }: { readonly noun: "calls" | "messages" }) {
  const search = route.useSearch();
  if (isFiltered(search)) {
    return (
      <EmptyState
        icon={IconActivity}
        title={`None of the ${noun} is like that`}
        action={
          <Button renderRoot={(props) => <Link to="/activity" search={{ tab: noun }} {...props} />}>
            Show all {noun}
          </Button>
        }
      >
        What comes in and fits your choice appears here by itself.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={IconActivity}
      title={`No ${noun} yet`}
      action={<Button renderRoot={(props) => <Link to="/numbers" {...props} />}>To your numbers</Button>}
    >
      The {noun} of numbers that an agent answers appear here as they happen. Open a number to try it with
      one.
    </EmptyState>
  );
}
