import { Anchor, Progress, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api/client.ts";
import { Figure } from "../../components/figure.tsx";
import { Money } from "../../components/money.tsx";

type Overview = Schemas["Overview"];

const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

export function Figures({ overview: { traffic, month } }: { readonly overview: Overview }) {
  return (
    <Stack gap="md" h="100%">
      <Delivery delivery={traffic.delivery} />
      <Cost month={month} />
      <Figure
        label="Used this month"
        detail={`Segments: ${month.usage.segments.toLocaleString()} · minutes: ${month.usage.minutes.toLocaleString()}`}
      >
        {month.usage.count.toLocaleString()}{" "}
        {month.usage.count === 1 ? "call or message" : "calls and messages"}
      </Figure>
    </Stack>
  );
}

function Delivery({ delivery }: { readonly delivery: Overview["traffic"]["delivery"] }) {
  const { delivered, failed, pending, rate } = delivery;
  const detail = `${delivered.toLocaleString()} delivered, ${failed.toLocaleString()} failed, ${pending.toLocaleString()} on their way`;
  return (
    <Figure label="Delivery rate, last 24 hours" detail={detail}>
      {rate === null ? "–" : percent.format(rate)}
      {rate !== null && (
        <Progress.Root size={6} my={6} aria-hidden>
          <Progress.Section value={rate * 100} color="teal" />
          <Progress.Section value={(1 - rate) * 100} color="red" />
        </Progress.Root>
      )}
    </Figure>
  );
}

function Cost({ month: { from, to, usage } }: { readonly month: Overview["month"] }) {
  const unrated = usage.unratedCount;
  const detail = (
    <>
      {unrated > 0 && `Without ${unrated.toLocaleString()} that there is no rate for. `}
      <Anchor size="xs" renderRoot={(props) => <Link to="/usage" search={{ from, to }} {...props} />}>
        See what for
      </Anchor>
    </>
  );
  return (
    <Figure label="Cost this month, at your rates" detail={detail}>
      <Money value={usage.cost} />
    </Figure>
  );
}
