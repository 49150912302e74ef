import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { PageLoading } from "../../components/page-loading.tsx";
import { ProblemAlert } from "../../components/problem-alert.tsx";
import { CallDetail, MessageDetail } from "./activity-detail.tsx";

const route = getRouteApi("/signed-in/activity");

interface ActivityDrawerProps {
  readonly tab: "calls" | "messages";
  readonly sid: string;
}

/** Everything about one call or message. */
export function ActivityDrawer({ tab, sid }: ActivityDrawerProps) {
  const navigate = route.useNavigate();
  const close = () => void navigate({ search: (before) => ({ ...before, sid: undefined }) });
  return (
    <Drawer opened onClose={close} position="right" size="lg" title={tab === "calls" ? "Call" : "Message"}>
      {tab === "calls" ? <OneCall sid={sid} /> : <OneMessage sid={sid} />}
    </Drawer>
  );
}

function OneCall({ sid }: { readonly sid: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ["activity", "one", sid],
    queryFn: ({ signal }) => dataOf(api.GET("/api/calls/{sid}", { params: { path: { sid } }, signal })),
  });
  if (isPending) return <PageLoading />;
  return data ? <CallDetail call={data} /> : <ProblemAlert error={error} />;
}

function OneMessage({ sid }: { readonly sid: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ["activity", "one", sid],
    queryFn: ({ signal }) => dataOf(api.GET("/api/messages/{sid}", { params: { path: { sid } }, signal })),
  });
  if (isPending) return <PageLoading />;
  return data ? <MessageDetail message={data} /> : <ProblemAlert error={error} />;
}
