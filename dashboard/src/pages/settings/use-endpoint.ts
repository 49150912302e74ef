import { type QueryKey, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { REFRESH_SLOWLY_MS } from "../../api/query-client.ts";

interface EndpointRequests<Endpoint, Draft, Answer> {
  readonly queryKey: QueryKey;
  readonly read: () => Promise<Endpoint | null>;
  readonly put: (draft: Draft) => Promise<Answer>;
  readonly resend: () => Promise<unknown>;
  readonly remove: () => Promise<unknown>;
}

/** One endpoint of the organization's that something is sent to, or none. */
export function useEndpoint<Endpoint, Draft, Answer>(
  { queryKey, read, put, resend, remove }: EndpointRequests<Endpoint, Draft, Answer>,
  onError: (error: Error) => void,
) {
  const client = useQueryClient();
  const { data: endpoint, error } = useQuery({ queryKey, queryFn: read, refetchInterval: REFRESH_SLOWLY_MS });
  const refresh = () => client.invalidateQueries({ queryKey });
  return {
    endpoint,
    error,
    setting: useMutation({ mutationFn: put, onError, onSuccess: refresh }),
    resending: useMutation({ mutationFn: resend, onSuccess: refresh }),
    remove: async () => {
      await remove();
      await refresh();
    },
  };
}
