import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { useConnectionLost } from "../../api/connection.ts";
import { useEvents } from "../../api/use-events.ts";

export interface LiveActivity {
  /** Whether changes are heard of. */
  readonly isOpen: boolean;
  /** What has begun or changed since then, by its SID, as it is now. */
  readonly calls: ReadonlyMap<string, Schemas["Call"]>;
  readonly messages: ReadonlyMap<string, Schemas["Message"]>;
}

const NOTHING: LiveActivity = { isOpen: false, calls: new Map(), messages: new Map() };
/** With so many, the lists are read anew instead. */
const MAX_HELD = 1_000;

/** Calls and messages as they begin and change. The lists know what was before; what is heard here overrules them. */
export function useLiveActivity(): LiveActivity {
  const client = useQueryClient();
  const isLost = useConnectionLost() !== undefined;
  const [live, setLive] = useState(NOTHING);
  const readAnew = () => {
    setLive({ ...NOTHING, isOpen: true });
    void client.invalidateQueries({ queryKey: ["activity"] });
  };
  const hear = (change: (before: LiveActivity) => LiveActivity, sid: string) => {
    if (live.calls.size + live.messages.size >= MAX_HELD) readAnew();
    setLive(change);
    void client.invalidateQueries({ queryKey: ["activity", "one", sid] });
  };
  useEvents(isLost ? undefined : "/api/activity/events", {
    open: readAnew,
    lost: () => setLive((before) => ({ ...before, isOpen: false })),
    // The API vouches for what its events hold: the same as its lists.
    call: (data) => {
      const call = data as Schemas["Call"];
      hear((before) => ({ ...before, calls: new Map(before.calls).set(call.sid, call) }), call.sid);
    },
    message: (data) => {
      const message = data as Schemas["Message"];
      hear(
        (before) => ({ ...before, messages: new Map(before.messages).set(message.sid, message) }),
        message.sid,
      );
    },
  });
  return { ...live, isOpen: live.isOpen && !isLost };
}
