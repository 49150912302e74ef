import { Select, type SelectProps } from "@mantine/core";

interface FilterSelectProps<Value extends string> {
  /** What is chosen, such as “direction”. */
  readonly noun: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value | undefined;
  readonly onChange: (value: Value | undefined) => void;
  readonly w?: SelectProps["w"];
  readonly searchable?: boolean;
}

/** One way in which a list can be narrowed, or none of it. */
export function FilterSelect<Value extends string>(props: FilterSelectProps<Value>) {
  const { noun, options, value, onChange, w = 150, searchable = false } = props;
  return (
    <Select
      aria-label={noun.charAt(0).toUpperCase() + noun.slice(1)}
      placeholder={`Any ${noun}`}
      clearable
      clearButtonProps={{ "aria-label": `Any ${noun}` }}
      searchable={searchable}
      nothingFoundMessage={`No such ${noun}`}
      w={w}
      data={[...options]}
      value={value ?? null}
      onChange={(chosen) => onChange(options.find((option) => option.value === chosen)?.value)}
    />
  );
}
