import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { refreshNumbers } from "../api/numbers.ts";
import { useEvents } from "../api/use-events.ts";

/**
 * A change of one number that can be watched. The events are listened to before the change is asked for, so that its
 * steps are seen as they happen; how it ended is read once more, for those who began to listen too late.
 */
export function useChange<Answer>(
  phoneNumberId: string,
  change: (idempotencyKey: string) => Promise<Answer>,
) {
  const client = useQueryClient();
  const [operation, setOperation] = useState<Schemas["Operation"]>();
  useEvents(`/api/phone-numbers/${encodeURIComponent(phoneNumberId)}/operations/events`, {
    // Our own API vouches for the shape.
    operation: (data) => setOperation(data as Schemas["Operation"]),
  });
  const mutation = useMutation({
    mutationFn: () => change(crypto.randomUUID()),
    onMutate: async () => {
      setOperation(undefined);
      return await latestOperation(phoneNumberId);
    },
    onSettled: async (_answer, _error, _input, before) => {
      const latest = await latestOperation(phoneNumberId);
      // A change may be refused before there is an operation.
      if (latest && latest.id !== before?.id) setOperation(latest);
      await refreshNumbers(client);
    },
  });
  return { ...mutation, operation: mutation.isIdle ? undefined : operation };
}

async function latestOperation(phoneNumberId: string): Promise<Schemas["Operation"] | undefined> {
  const query = { phoneNumberId, limit: 1 };
  const { operations } = await dataOf(api.GET("/api/operations", { params: { query } }));
  return operations[0];
}
