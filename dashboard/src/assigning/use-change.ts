import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../api/client.ts";
import { refreshNumbers } from "../api/numbers.ts";
import { useEvents } from "../api/use-events.ts";

/**
 * A change of one number that can be watched. The events are listened to before the change is asked for, so that none of
 * its steps is missed.
 */
export function useChange<Answer>(
  phoneNumberId: string,
  change: (idempotencyKey: string) => Promise<Answer>,
) {
  const client = useQueryClient();
  const [operation, setOperation] = useState<Schemas["Operation"]>();
  const [startedAt, setStartedAt] = useState<number>();
  useEvents(`/api/phone-numbers/${encodeURIComponent(phoneNumberId)}/operations/events`, {
    // Our own API vouches for the shape.
    operation: (data) => setOperation(data as Schemas["Operation"]),
  });
  const mutation = useMutation({
    mutationFn: () => change(crypto.randomUUID()),
    onMutate: () => {
      setOperation(undefined);
      setStartedAt(Date.now());
    },
    onSettled: () => refreshNumbers(client),
  });
  return { ...mutation, operation: startedAt === undefined ? undefined : operation };
}
