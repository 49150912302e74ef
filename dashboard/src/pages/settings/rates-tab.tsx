import { Button, Group, SimpleGrid, Stack, Table, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { REFRESH_SLOWLY_MS } from "../../api/query-client.ts";
import { AdminsOnly } from "../../components/admins-only.tsx";
import { formatMoney } from "../../components/money.tsx";
import { PageLoading } from "../../components/page-loading.tsx";
import { NotReadAgain, ProblemAlert } from "../../components/problem-alert.tsx";
import { ScrollBox } from "../../components/scroll-box.tsx";
import { useRequestForm } from "../../forms/use-request-form.ts";
import { Section } from "./section.tsx";

type Rate = Schemas["UsageRate"];
type NewRate = Schemas["ReplaceUsageRates"]["rates"][number];

const DIRECTIONS = ["inbound", "outbound"] as const;
const PAID_BY = [
  ["voice", "minute"],
  ["sms", "segment"],
  ["sms", "message"],
  ["mms", "message"],
  ["whatsapp", "message"],
] as const;
const KINDS = { voice: "Voice", sms: "SMS", mms: "MMS", whatsapp: "WhatsApp" } as const;
/** Everything that can have a rate. */
const SLOTS = PAID_BY.flatMap(([kind, unit]) => DIRECTIONS.map((direction) => ({ kind, unit, direction })));

export function RatesTab() {
  const { data: rates, error } = useQuery({
    queryKey: ["usage", "rates"],
    queryFn: async () => (await dataOf(api.GET("/api/usage/rates"))).rates,
    refetchInterval: REFRESH_SLOWLY_MS,
  });
  if (!rates) return error ? <ProblemAlert error={error} /> : <PageLoading />;
  return (
    <>
      <NotReadAgain error={error} />
      {rates.length > 0 && (
        <Section title="Rates" description="What you charge for a unit, and since when.">
          <RatesTable rates={rates} />
        </Section>
      )}
      <Section
        title="Set the rates that begin on a day"
        description="They replace those that begin on that day; one that is left empty stays as it was before. A day in the past changes what the past has cost."
      >
        <AdminsOnly may="set rates">
          <RatesForm rates={rates} />
        </AdminsOnly>
      </Section>
    </>
  );
}

function RatesTable({ rates }: { readonly rates: readonly Rate[] }) {
  return (
    <ScrollBox label="Each rate">
      <Table miw={420}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>For</Table.Th>
            <Table.Th>Amount</Table.Th>
            <Table.Th>From</Table.Th>
            <Table.Th>Until</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rates.map((rate) => (
            <Table.Tr key={`${slotName(rate)} ${rate.effectiveFrom}`}>
              <Table.Td>
                {KINDS[rate.kind]}, {rate.direction}, a {rate.unit}
              </Table.Td>
              <Table.Td className="number">{formatMoney(rate)}</Table.Td>
              <Table.Td className="number">{rate.effectiveFrom}</Table.Td>
              <Table.Td className="number">{rate.effectiveUntil ?? "further notice"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}

interface Draft {
  readonly currency: string;
  readonly effectiveFrom: string;
  readonly amounts: Readonly<Record<string, string>>;
}

function RatesForm({ rates }: { readonly rates: readonly Rate[] }) {
  const client = useQueryClient();
  const form = useRequestForm<Draft>({
    request: "replaceRates",
    bodyOf,
    fieldOf,
    initialValues: {
      currency: rates[0]?.currency ?? "USD",
      effectiveFrom: "",
      amounts: Object.fromEntries(SLOTS.map((slot) => [slotName(slot), ""])),
    },
  });
  const setting = useMutation({
    mutationFn: (draft: Draft) => dataOf(api.PUT("/api/usage/rates", { body: bodyOf(draft) })),
    onError: form.showProblem,
    onSuccess: () => client.invalidateQueries({ queryKey: ["usage"] }),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((draft) => setting.mutate(draft))}>
      <Stack>
        <Group>
          <TextInput label="Currency" w={110} maxLength={3} required {...form.getInputProps("currency")} />
          <TextInput
            label="First day, UTC (today where empty)"
            type="date"
            {...form.getInputProps("effectiveFrom")}
          />
        </Group>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          {SLOTS.map((slot) => (
            <TextInput
              key={slotName(slot)}
              label={`${KINDS[slot.kind]} ${slot.direction}, a ${slot.unit}`}
              inputMode="decimal"
              placeholder="0.0085"
              {...form.getInputProps(`amounts.${slotName(slot)}`)}
            />
          ))}
        </SimpleGrid>
        <ProblemAlert error={setting.error} />
        {setting.isSuccess && (
          <Text size="sm" role="status">
            The rates are set.
          </Text>
        )}
        <div>
          <Button type="submit" loading={setting.isPending}>
            Set the rates
          </Button>
        </div>
      </Stack>
    </form>
  );
}

function bodyOf({ currency, effectiveFrom, amounts }: Draft): Schemas["ReplaceUsageRates"] {
  const rates = SLOTS.flatMap((slot): NewRate[] => {
    const amount = amounts[slotName(slot)]?.trim() ?? "";
    return amount === "" ? [] : [{ ...slot, amount }];
  });
  return { currency, rates, ...(effectiveFrom === "" ? {} : { effectiveFrom }) };
}

/** An amount that is wrong is named by its place among the rates that are sent. */
function fieldOf(path: string, draft: Draft): string {
  const [, index] = /^rates\.(\d+)\b/.exec(path) ?? [];
  const rate = index === undefined ? undefined : bodyOf(draft).rates[Number(index)];
  return rate ? `amounts.${slotName(rate)}` : path;
}

function slotName({ kind, unit, direction }: Pick<NewRate, "kind" | "unit" | "direction">): string {
  return `${kind}-${direction}-${unit}`;
}
