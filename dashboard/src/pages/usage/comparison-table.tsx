import { Badge, Table, Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { Money } from "../../components/money.tsx";
import { Time } from "../../components/time.tsx";

type Comparison = Schemas["UsageComparison"];

/** The newest first, without those of which there was nothing on either side. */
export function ComparisonTable({ comparisons }: { readonly comparisons: readonly Comparison[] }) {
  const shown = comparisons.filter(({ ours, twilio }) => ours.count + twilio.count > 0).toReversed();
  if (shown.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="md">
        Neither side knows of any calls or messages in these days.
      </Text>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section tabIndex={0} aria-label="Compared with Twilio" style={{ overflowX: "auto" }}>
      <Table aria-label="Compared with Twilio" highlightOnHover verticalSpacing="xs" miw={680}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Day</Table.Th>
            <Table.Th>Category</Table.Th>
            <Table.Th ta="right">Ours</Table.Th>
            <Table.Th ta="right">Twilio’s</Table.Th>
            <Table.Th>Difference</Table.Th>
            <Table.Th ta="right">Twilio’s price</Table.Th>
            <Table.Th>Compared</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((comparison) => (
            <ComparisonRow key={`${comparison.day} ${comparison.category}`} comparison={comparison} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function ComparisonRow({ comparison }: { readonly comparison: Comparison }) {
  const { day, category, unit, ours, twilio, difference, comparedAt } = comparison;
  return (
    <Table.Tr>
      <Table.Td className="number">{day}</Table.Td>
      <Table.Td>{category}</Table.Td>
      <Table.Td ta="right" className="number">
        {quantity(ours, unit)}
      </Table.Td>
      <Table.Td ta="right" className="number">
        {quantity(twilio, unit)}
      </Table.Td>
      <Table.Td>
        <Difference difference={difference} unit={unit} />
      </Table.Td>
      <Table.Td ta="right">
        <Money value={twilio.price} />
      </Table.Td>
      <Table.Td>
        <Time at={comparedAt} />
      </Table.Td>
    </Table.Tr>
  );
}

function Difference({ difference, unit }: Pick<Comparison, "difference" | "unit">) {
  const { count, usage } = difference;
  if (count === 0 && usage === 0) return <Badge color="teal">The same</Badge>;
  return (
    <Badge color="orange">
      {signed(count)}, {signed(usage)} {unit}
    </Badge>
  );
}

function quantity(
  { count, usage }: { readonly count: number; readonly usage: number },
  unit: string,
): string {
  return `${count.toLocaleString()} (${usage.toLocaleString()} ${unit})`;
}

function signed(value: number): string {
  return value.toLocaleString(undefined, { signDisplay: "exceptZero" });
}
