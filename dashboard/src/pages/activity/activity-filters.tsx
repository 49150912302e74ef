import { getRouteApi } from "@tanstack/react-router";
import { AgentFilter } from "../../components/agent-select.tsx";
import { DayRangeInput } from "../../components/day-range.tsx";
import { DIRECTION_OPTIONS } from "../../components/direction.ts";
import { FilterSelect } from "../../components/filter-select.tsx";
import { NumberFilter } from "../../components/number-select.tsx";
import { type ActivitySearch, CHANNELS } from "./search.ts";
import { STATUSES } from "./statuses.ts";
import { CHANNEL } from "./words.ts";

const route = getRouteApi("/signed-in/activity");

export function ActivityFilters() {
  const { tab = "calls", number, agent, direction, channel, status, from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: ActivitySearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <>
      <NumberFilter w={190} value={number} onChange={(id) => change({ number: id })} />
      <AgentFilter w={150} value={agent} onChange={(id) => change({ agent: id })} />
      <FilterSelect
        noun="direction"
        options={DIRECTION_OPTIONS}
        value={direction}
        onChange={(value) => change({ direction: value })}
      />
      {tab === "messages" && (
        <FilterSelect
          noun="channel"
          options={CHANNELS.map((value) => ({ value, label: CHANNEL[value] }))}
          value={channel}
          onChange={(value) => change({ channel: value })}
        />
      )}
      <FilterSelect
        noun="status"
        options={STATUSES[tab].map((value) => ({
          value,
          label: value,
        }))}
        value={status}
        onChange={(value) => change({ status: value })}
      />
      <DayRangeInput range={{ from, to }} onChange={change} />
    </>
  );
}
