import "@mantine/spotlight/styles.css";
import { useDebouncedValue } from "@mantine/hooks";
import { createSpotlight, Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { IconActivity, IconPhone, IconRobot, IconSearch } from "@tabler/icons-react";
import { useIsFetching, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { agentsQuery } from "../api/numbers.ts";
import { usePhoneNumberFormat } from "../components/phone-number.tsx";
import { PLACES } from "./navigation.tsx";

const TYPING_MS = 150;
const FOUND = 8;
const SID = /^(CA|SM|MM)[0-9a-f]{32}$/;
const NOTHING_FOUND =
  "Nothing found. Try a part of a number, an agent’s name, or the SID of a call or message.";
const [store, spotlight] = createSpotlight();

/** Jumps to a page, a number, an agent, a call or a message; Ctrl/⌘-K opens it. */
export default function CommandPalette({ openings }: { readonly openings: number }) {
  const [query, setQuery] = useState("");
  const isLooking = useIsFetching({ queryKey: ["phone-numbers", "palette"] }) > 0;
  const groups = [
    { group: "Pages", actions: usePlaces(query) },
    { group: "Numbers", actions: useFoundNumbers(query) },
    { group: "Agents", actions: useFoundAgents(query) },
    { group: "Calls and messages", actions: useActivity(query) },
  ];
  // biome-ignore lint/correctness/useExhaustiveDependencies: each opening opens it
  useEffect(() => spotlight.open(), [openings]);
  useSelectedFirst(groups.flatMap(({ actions }) => actions.map(({ id }) => id)));
  return (
    <Spotlight
      store={store}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      actions={groups}
      nothingFound={isLooking ? "Looking …" : NOTHING_FOUND}
      highlightQuery
      scrollable
      maxHeight={420}
      // The server has searched already, by more than what is shown here.
      filter={(_, actions) => actions}
      attributes={{ content: { "aria-label": "Jump to" } }}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: "A number, an agent, a page …",
        "aria-label": "Jump to",
      }}
    />
  );
}

/** Enter takes the first that is found. Spotlight itself selects it while one types, which is before it is found. */
function useSelectedFirst(ids: readonly string[]): void {
  const found = ids.join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is found is in the page then
  useEffect(() => {
    const list = document.getElementById(store.getState().listId);
    if (!list || list.querySelector("[data-selected]")) return;
    list.querySelector("[data-action]")?.setAttribute("data-selected", "true");
    store.updateState((state) => ({ ...state, selected: 0 }));
  }, [found]);
}

function usePlaces(query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  return PLACES.filter(({ label }) => label.toLowerCase().includes(query.trim().toLowerCase())).map(
    ({ to, label, icon: Icon }) => ({
      id: to,
      label,
      leftSection: <Icon size={18} aria-hidden />,
      onClick: () => void navigate({ to }),
    }),
  );
}

function useFoundNumbers(query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const format = usePhoneNumberFormat();
  return useNumbersLike(query).map(({ id, phoneNumber, friendlyName }) => ({
    id: `number ${id}`,
    label: format(phoneNumber),
    description: friendlyName,
    leftSection: <IconPhone size={18} aria-hidden />,
    onClick: () => void navigate({ to: "/numbers/$id", params: { id } }),
  }));
}

/** The call or message of a SID, or those of the numbers that are found. */
function useActivity(query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const numbers = useNumbersLike(query);
  const format = usePhoneNumberFormat();
  const sid = SID.exec(query.trim())?.[0];
  const leftSection = <IconActivity size={18} aria-hidden />;
  if (sid !== undefined) {
    const [tab, label] = sid.startsWith("CA")
      ? (["calls", "Call"] as const)
      : (["messages", "Message"] as const);
    const onClick = () => void navigate({ to: "/activity", search: { tab, sid } });
    return [{ id: `activity ${sid}`, label: `${label} ${sid}`, leftSection, onClick }];
  }
  return numbers.map(({ id, phoneNumber }) => ({
    id: `activity ${id}`,
    label: `Calls and messages of ${format(phoneNumber)}`,
    leftSection,
    onClick: () => void navigate({ to: "/activity", search: { number: id } }),
  }));
}

function useNumbersLike(query: string): readonly Schemas["PhoneNumber"][] {
  const [search] = useDebouncedValue(query.trim(), TYPING_MS);
  const { data } = useQuery({
    queryKey: ["phone-numbers", "palette", search],
    enabled: search !== "",
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/phone-numbers", { params: { query: { search, limit: FOUND } }, signal })),
  });
  return data?.phoneNumbers ?? [];
}

function useFoundAgents(query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const wanted = query.trim().toLowerCase();
  const { data: agents = [] } = useQuery({ ...agentsQuery, enabled: wanted !== "" });
  return agents
    .filter(({ id, name }) => wanted !== "" && `${name} ${id}`.toLowerCase().includes(wanted))
    .slice(0, FOUND)
    .map(({ id, name }) => ({
      id: `agent ${id}`,
      label: name,
      leftSection: <IconRobot size={18} aria-hidden />,
      onClick: () => void navigate({ to: "/agents/$id", params: { id } }),
    }));
}
