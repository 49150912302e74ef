import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { numberQuery } from "../../api/numbers.ts";
import { AssignDrawer } from "../../assigning/assign-drawer.tsx";
import { NumberSelect } from "../../components/number-select.tsx";

/** Any of the numbers; `first` is chosen already, because most begin with a single one. */
export function FirstNumberStep({ first }: { readonly first: Schemas["PhoneNumber"] }) {
  const [id, setId] = useState<string | undefined>(first.id);
  const [isOpen, setOpen] = useState(false);
  const { data: number } = useQuery({ ...numberQuery(id ?? ""), enabled: id !== undefined });
  return (
    <Stack align="flex-start">
      <NumberSelect label="Number" placeholder="Which one" w="100%" value={id} onChange={setId} />
      <Button disabled={number === undefined} onClick={() => setOpen(true)}>
        Assign it
      </Button>
      {number && isOpen && <AssignDrawer number={number} onClose={() => setOpen(false)} />}
    </Stack>
  );
}
