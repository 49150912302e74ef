import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { numberQuery } from "../api/numbers.ts";
import { usePhoneNumberFormat } from "./phone-number.tsx";

const TYPING_MS = 200;
const FOUND = 20;

type NumberSelectProps = Pick<
  SelectProps,
  "label" | "aria-label" | "error" | "placeholder" | "onBlur" | "w"
> & {
  readonly value: string | undefined;
  readonly onChange: (phoneNumberId: string | undefined) => void;
};

/** One of any many numbers, found by a part of it or of its name. */
export function NumberSelect({ value, onChange, ...props }: NumberSelectProps) {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const { data: found = [], isFetching } = useQuery({
    queryKey: ["phone-numbers", "select", search],
    queryFn: async ({ signal }) => {
      const query = { limit: FOUND, ...(search === "" ? {} : { search }) };
      return (await dataOf(api.GET("/api/phone-numbers", { params: { query }, signal }))).phoneNumbers;
    },
    placeholderData: keepPreviousData,
  });
  const { data: chosen } = useQuery({ ...numberQuery(value ?? ""), enabled: value !== undefined });
  const format = usePhoneNumberFormat();
  const labels = new Map(found.map(({ id, phoneNumber }) => [id, format(phoneNumber)]));
  if (value !== undefined && !labels.has(value))
    labels.set(value, chosen ? format(chosen.phoneNumber) : value);
  return (
    <Select
      {...props}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Any number" }}
      data={[...labels].map(([id, label]) => ({ value: id, label }))}
      // The server has searched already, by names as well.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      nothingFoundMessage={isFetching ? "Loading …" : "No such number"}
    />
  );
}

/** Narrows a list to one number's, or not. */
export function NumberFilter(props: Pick<NumberSelectProps, "value" | "onChange" | "w">) {
  return <NumberSelect aria-label="Number" placeholder="Any number" {...props} />;
}
